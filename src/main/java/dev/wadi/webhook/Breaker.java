package dev.wadi.webhook;

import java.util.concurrent.TimeUnit;

/**
 * Spares a receiver that is dead: after ten failures in a row it gets one request at a time, at
 * growing intervals, until one succeeds.
 */
final class Breaker {

  private static final int FAILURES = 10;
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);

  private int failures;
  private long waitNanos = FIRST_NANOS;
  private long nextProbe;

  boolean isOpen() {
    return failures >= FAILURES;
  }

  void succeeded() {
    failures = 0;
    waitNanos = FIRST_NANOS;
  }

  /**
   * @param probe whether it was the one request that an open breaker lets through
   */
  void failed(boolean probe, long now) {
    boolean wasOpen = isOpen();
    failures++;
    if (!isOpen() || wasOpen && !probe) {
      return;
    }
    nextProbe = now + waitNanos;
    waitNanos = Math.min(LONGEST_NANOS, 2 * waitNanos);
  }

  /** How long until a probe may go; 0 if it may, or if all may. */
  long waitNanos(long now) {
    return isOpen() ? Math.max(0, nextProbe - now) : 0;
  }
}
