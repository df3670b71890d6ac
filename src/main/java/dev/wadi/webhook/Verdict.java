package dev.wadi.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.consumer.Message;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a reply.
 *
 * @param failed the messages that were not taken, by seq; the others are settled
 * @param reason why they were not; empty if there are none
 * @param pauseMs how long the receiver asked to be left alone
 * @param gone whether it must not be asked again
 * @param alive whether the receiver answered for itself, be it with a refusal
 */
record Verdict(Set<Long> failed, String reason, long pauseMs, boolean gone, boolean alive) {

  /** Why nothing more is sent after 410. */
  static final String GONE = "the receiver answered 410 Gone";

  /** What a receiver says was not taken, of the rest. */
  static final String FAILURES = "batchItemFailures";

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).build())
              .build());

  static Verdict of(Reply reply, List<Message> messages, Instant now) {
    if (reply.succeeded()) {
      return taken(reply, messages);
    }
    boolean throttled = reply.status() == 429 || reply.status() == 503;
    var retryAfter = reply.retryAfter();
    long pauseMs = throttled && retryAfter != null ? RetryAfter.read(retryAfter, now) : 0;
    boolean refusal = reply.status() >= 400 && reply.status() < 500;
    boolean busy = reply.status() == 408 || reply.status() == 425 || reply.status() == 429;
    return new Verdict(
        all(messages), reply.reason(), pauseMs, reply.status() == 410, refusal && !busy);
  }

  /** All are settled. */
  static Verdict success() {
    return new Verdict(Set.of(), "", 0, false, true);
  }

  boolean isSuccess() {
    return failed.isEmpty();
  }

  private static Verdict taken(Reply reply, List<Message> messages) {
    if (!reply.mentions(FAILURES)) {
      return success();
    }
    if (reply.isCut()) {
      return untold("a reply with batchItemFailures must be shorter than 16 KiB", messages);
    }
    var listed = listedOrNull(reply.body());
    if (listed == null) {
      return untold("a reply with batchItemFailures must be JSON", messages);
    }
    return listed.isEmpty() ? success() : failed(listed, messages);
  }

  private static Verdict failed(Set<String> listed, List<Message> messages) {
    var failed =
        messages.stream()
            .filter(message -> isAmong(listed, message))
            .map(message -> message.event().seq())
            .collect(Collectors.toSet());
    boolean unknown = failed.size() < listed.size();
    if (unknown) {
      return untold("the reply names a batchItemFailure that was not sent", messages);
    }
    return new Verdict(failed, "in batchItemFailures of the reply", 0, false, true);
  }

  /** Which ones failed cannot be told, so none is settled. */
  private static Verdict untold(String reason, List<Message> messages) {
    return new Verdict(all(messages), reason + ", so all are sent again", 0, false, true);
  }

  private static boolean isAmong(Set<String> identifiers, Message message) {
    return identifiers.contains(message.event().idempotencyKey())
        || identifiers.contains(Long.toString(message.event().seq()));
  }

  /** What the reply calls failures; null if it says something that cannot be read. */
  private static @Nullable Set<String> listedOrNull(byte[] body) {
    try {
      var listed = JSON.readTree(body).path(FAILURES);
      boolean readable = listed.isArray() || listed.isNull() || listed.isMissingNode();
      return readable ? identifiers(listed) : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static Set<String> identifiers(JsonNode failures) {
    var identifiers = new HashSet<String>();
    failures.forEach(failure -> identifiers.add(failure.path("itemIdentifier").asText()));
    return identifiers;
  }

  private static Set<Long> all(List<Message> messages) {
    return messages.stream().map(message -> message.event().seq()).collect(Collectors.toSet());
  }
}
