package dev.wadi.webhook;

import dev.wadi.stream.ValidationException;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How long a message that failed stays away.
 *
 * @param delaysMs delay after the first, second … failure, the last one from then on, each 0 to
 *     86,400,000 ms and at most 100 of them; empty for 1 s doubling to 180 s
 */
public record RetrySchedule(List<Long> delaysMs) {

  public static final RetrySchedule DEFAULT = new RetrySchedule(List.of());
  private static final long FIRST_MS = 1_000;
  private static final long LONGEST_MS = 180_000;
  private static final int MOST_DOUBLINGS = 8;
  private static final int MOST_DELAYS = 100;
  private static final long MOST_MS = 86_400_000;
  private static final double JITTER = 0.15;
  private static final Pattern LIST = Pattern.compile("\\s*\\d{1,8}\\s*(,\\s*\\d{1,8}\\s*)*");

  /**
   * @throws ValidationException if there are too many, or one is out of range
   */
  public RetrySchedule {
    boolean inRange = delaysMs.stream().allMatch(each -> each >= 0 && each <= MOST_MS);
    if (!inRange || delaysMs.size() > MOST_DELAYS) {
      throw refused();
    }
    delaysMs = List.copyOf(delaysMs);
  }

  /**
   * Those of a route file.
   *
   * @param text whole numbers separated by commas; empty for 1 s doubling to 180 s
   * @throws ValidationException if it is no such list, has too many, or one is out of range
   */
  static RetrySchedule parse(String text) {
    if (text.isBlank()) {
      return DEFAULT;
    }
    if (!LIST.matcher(text).matches()) {
      throw refused();
    }
    return new RetrySchedule(
        Stream.of(text.split(",")).map(String::strip).map(Long::valueOf).toList());
  }

  private static ValidationException refused() {
    return ValidationException.of(
        "retry_delays_ms", "must be at most 100 whole numbers from 0 to 86400000");
  }

  /**
   * @param failures how often it has failed, from 1
   * @param random gives 0 to 1; the delay is that far within 15 % of what the schedule says
   */
  long delayMs(int failures, DoubleSupplier random) {
    long delay = delaysMs.isEmpty() ? doubled(failures) : listed(failures);
    return Math.min(MOST_MS, Math.round(delay * (1 - JITTER + 2 * JITTER * random.getAsDouble())));
  }

  private long listed(int failures) {
    return delaysMs.get(Math.min(Math.max(1, failures), delaysMs.size()) - 1);
  }

  private static long doubled(int failures) {
    int doublings = Math.min(Math.max(1, failures) - 1, MOST_DOUBLINGS);
    return Math.min(LONGEST_MS, FIRST_MS << doublings);
  }
}
