package dev.wadi.consumer;

import java.util.concurrent.TimeUnit;

/**
 * How many seqs to look through for the events of keys that may have no index, so that a reading
 * ends long before the group's session is given up for dead.
 */
final class ScanSpan {

  private static final long MOST_SEQS = 10_000_000;
  private static final long FIRST_SEQS = 10_000;
  private static final long LEAST_SEQS = 100;
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private long seqs = FIRST_SEQS;

  /** Seqs for each of so many keys. */
  long perKey(int keys) {
    return Math.max(1, seqs / keys);
  }

  /** Grows with care and shrinks at once. */
  void learn(long nanos) {
    if (nanos > SLOW_NANOS) {
      seqs = Math.max(LEAST_SEQS, seqs * QUICK_NANOS / nanos);
    } else if (nanos < QUICK_NANOS) {
      seqs = Math.min(MOST_SEQS, 2 * seqs);
    }
  }
}
