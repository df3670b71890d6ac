package dev.wadi.webhook;

import java.util.concurrent.TimeUnit;

/** Until when the request that this thread sends must be over. */
final class Deadline {

  private static final ThreadLocal<Long> END = new ThreadLocal<>();
  private static final long NO_DEADLINE_MS = 10_000;

  private Deadline() {}

  static void begin(long timeoutMs) {
    END.set(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs));
  }

  static void end() {
    END.remove();
  }

  /** At least 1. */
  static long remainingMs() {
    var end = END.get();
    return end == null
        ? NO_DEADLINE_MS
        : Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
  }
}
