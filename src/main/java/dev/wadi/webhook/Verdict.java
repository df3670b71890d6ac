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
    var failures = failures(reply.body());
    if (failures.isEmpty()) {
      return success();
    }
    var failed =
        messages.stream()
            .filter(message -> isAmong(failures, message))
            .map(message -> message.event().seq())
            .collect(Collectors.toSet());
    boolean unknown = failed.size() < failures.size();
    if (unknown) {
      var reason = "the reply names a batchItemFailure that was not sent, so all are sent again";
      return new Verdict(all(messages), reason, 0, false, true);
    }
    return new Verdict(failed, "in batchItemFailures of the reply", 0, false, true);
  }

  private static boolean isAmong(Set<String> identifiers, Message message) {
    return identifiers.contains(message.event().idempotencyKey())
        || identifiers.contains(Long.toString(message.event().seq()));
  }

  /** What the reply calls failures; empty if it is nothing of that kind. */
  private static Set<String> failures(byte[] body) {
    var identifiers = new HashSet<String>();
    if (body.length == 0 || body.length >= BoundedExchange.MAX_REPLY_BYTES) {
      return identifiers;
    }
    for (var failure : parsed(body).path("batchItemFailures")) {
      identifiers.add(failure.path("itemIdentifier").asText());
    }
    return identifiers;
  }

  private static JsonNode parsed(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      // A reply that is not JSON names no failures.
      return JSON.createObjectNode();
    }
  }

  private static Set<Long> all(List<Message> messages) {
    return messages.stream().map(message -> message.event().seq()).collect(Collectors.toSet());
  }
}
