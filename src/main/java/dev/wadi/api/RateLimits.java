package dev.wadi.api;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many requests a token may make in a second, and how often a wrong token may be tried.
 *
 * <p>Tokens that Wadi made cannot be guessed, so wrong ones never lock them out. The one token that
 * a person chose can be guessed: it is refused as well while wrong ones come too often.
 */
public final class RateLimits {

  private static final long FAILURES_AT_ONCE = 50;
  private static final long FAILURES_PER_SECOND = 1;

  private final int requestsPerSecond;
  private final Map<String, Bucket> requests = new ConcurrentHashMap<>();
  private final Bucket failures = bucket(FAILURES_AT_ONCE, FAILURES_PER_SECOND);

  /**
   * @param requestsPerSecond of each token; 0 for no limit
   */
  public RateLimits(int requestsPerSecond) {
    this.requestsPerSecond = requestsPerSecond;
  }

  /**
   * @param caller null if the token was wrong
   * @throws Problem 429 if it is one too many
   */
  void require(@Nullable Caller caller) {
    if (caller == null) {
      requireFewFailures(failures.tryConsume(1));
      return;
    }
    requireFewFailures(caller.isRandom() || failures.getAvailableTokens() > 0);
    if (requestsPerSecond > 0 && !requestsOf(caller).tryConsume(1)) {
      throw new Problem(
          429,
          "The API token `%s` may make %d requests in a second; try again after the seconds in Retry-After"
              .formatted(caller.name(), requestsPerSecond));
    }
  }

  private static void requireFewFailures(boolean few) {
    if (!few) {
      throw new Problem(
          429, "Too many wrong API tokens were tried; try again after the seconds in Retry-After");
    }
  }

  private Bucket requestsOf(Caller caller) {
    return requests.computeIfAbsent(
        caller.name(), name -> bucket(requestsPerSecond, requestsPerSecond));
  }

  private static Bucket bucket(long atOnce, long perSecond) {
    return Bucket.builder()
        .withNanosecondPrecision() // counts, where the default looks at the machine's clock
        .addLimit(limit -> limit.capacity(atOnce).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .build();
  }
}
