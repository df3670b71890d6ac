package dev.wadi.webhook;

import dev.wadi.consumer.GroupDefinition;
import dev.wadi.consumer.StartPosition;
import dev.wadi.stream.Stream;
import dev.wadi.stream.ValidationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as its user defines it, without its secret.
 *
 * @param name letters, digits, {@code _}, {@code -} and {@code .}; at most 190
 * @param stream name of the stream whose events it posts
 * @param url where to
 * @param headers sent with every request; they may be secret
 * @param batchSize most messages of a request, 1 to 1,000
 * @param timeoutMs how long a request may take in all, 100 to 300,000 ms
 * @param maxConcurrency most requests at a time, 1 to 200
 * @param maxDeliver attempts after which a message is a dead letter; null for no end
 * @param filters JSON as consumer groups take it; null for every event
 * @param start where it starts
 * @param retries how long a message that failed stays away
 * @param format what a request looks like
 */
public record WebhookDefinition(
    String name,
    String stream,
    String url,
    ReceiverHeaders headers,
    int batchSize,
    int timeoutMs,
    int maxConcurrency,
    @Nullable Integer maxDeliver,
    @Nullable String filters,
    StartPosition start,
    RetrySchedule retries,
    Format format) {

  public static final int BATCH_SIZE = 1;
  public static final int TIMEOUT_MS = 15_000;
  public static final int MAX_CONCURRENCY = 20;
  private static final String GROUP_PREFIX = "webhook.";
  private static final int MAX_NAME_LENGTH = 190;

  /** A message is held for its request this much longer than the request may take. */
  private static final int MARGIN_MS = 15_000;

  /**
   * @throws ValidationException with every field that is out of range
   */
  public WebhookDefinition {
    var errors = new LinkedHashMap<String, List<String>>();
    var problem = Stream.problemOfName(name);
    if (!problem.isEmpty()) {
      errors.put("name", List.of(problem));
    } else if (name.length() > MAX_NAME_LENGTH) {
      errors.put("name", List.of("must be at most " + MAX_NAME_LENGTH + " characters long"));
    }
    between(errors, "batch_size", batchSize, 1, 1_000);
    between(errors, "timeout_ms", timeoutMs, 100, 300_000);
    between(errors, "max_concurrency", maxConcurrency, 1, 200);
    if (maxDeliver != null) {
      between(errors, "max_deliver", maxDeliver, 1, 1_000);
    }
    if (batchSize > 1 && format.single()) {
      errors.put("batch_size", List.of("must be 1 with format " + format.text()));
    }
    if (!errors.isEmpty()) {
      throw new ValidationException(errors);
    }
  }

  /** The consumer group behind it. */
  public String group() {
    return group(name);
  }

  /** The consumer group behind a webhook. */
  public static String group(String name) {
    return GROUP_PREFIX + name;
  }

  /** Whether a consumer group is the inside of a webhook, and no business of the API's groups. */
  public static boolean isGroupOfWebhook(String group) {
    return group.startsWith(GROUP_PREFIX);
  }

  /** How long messages are held for a request. */
  int holdMs() {
    return timeoutMs + MARGIN_MS;
  }

  GroupDefinition groupDefinition() {
    return new GroupDefinition(
        group(),
        stream,
        filters,
        start,
        holdMs(),
        GroupDefinition.MAX_ACK_PENDING,
        maxDeliver,
        List.of(),
        GroupDefinition.MAX_WAITING);
  }

  private static void between(
      Map<String, List<String>> errors, String field, int value, int least, int most) {
    if (value < least || value > most) {
      errors.put(
          field, List.of("must be between %d and %d (got %d)".formatted(least, most, value)));
    }
  }
}
