package dev.wadi.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wadi.consumer.Consumers;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How much a receive wants and how long it waits.
 *
 * @param batchSize most messages
 * @param waitMs 0 for no wait
 */
record ReceiveParameters(int batchSize, long waitMs) {

  private static final Set<String> KNOWN = Set.of("batch_size", "max_batch_size", "wait_for");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)?");
  private static final long MIN_WAIT_MS = 500;

  /**
   * From query and body; the body wins.
   *
   * @throws Problem 400 in the documented words
   */
  static ReceiveParameters of(ApiRequest request) {
    var given = new HashMap<String, String>(request.query());
    if (request.body().length > 0) {
      var body = request.read(JsonNode.class);
      if (!body.isObject()) {
        throw Problem.badRequest("The body must be a JSON object");
      }
      body.properties().forEach(field -> given.put(field.getKey(), field.getValue().asText()));
    }
    return of(given);
  }

  static ReceiveParameters of(Map<String, String> given) {
    for (var name : given.keySet()) {
      if (!KNOWN.contains(name)) {
        throw Problem.badRequest(
            "Unknown parameter `" + name + "`; known are: batch_size, wait_for");
      }
    }
    var batch = given.getOrDefault("batch_size", given.getOrDefault("max_batch_size", "1"));
    return new ReceiveParameters(batchSize(batch), waitMs(given.get("wait_for")));
  }

  private static int batchSize(String text) {
    boolean number = text.matches("[0-9]{1,9}");
    if (!number
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > Consumers.MAX_BATCH_SIZE) {
      throw Problem.badRequest(
          "Invalid `batch_size`. `batch_size` must be an integer between 1 and "
              + Consumers.MAX_BATCH_SIZE
              + ".");
    }
    return Integer.parseInt(text);
  }

  private static long waitMs(@org.jspecify.annotations.Nullable String text) {
    if (text == null) {
      return 0;
    }
    var duration = DURATION.matcher(text.strip());
    if (!duration.matches()) {
      throw Problem.badRequest(
          "Invalid `wait_for`. When using duration strings, format must be like '60s', '5m', or '1000ms'.");
    }
    long amount = Long.parseLong(duration.group(1));
    var unit = duration.group(2);
    long waitMs = "m".equals(unit) ? amount * 60_000 : "s".equals(unit) ? amount * 1_000 : amount;
    if (waitMs < MIN_WAIT_MS || waitMs > Consumers.MAX_WAIT_MS) {
      throw Problem.badRequest(
          "Invalid `wait_for`. Must be between 500 and 300,000 milliseconds, or use duration format like '60s',"
              + " '5m', '1000ms'.");
    }
    return waitMs;
  }
}
