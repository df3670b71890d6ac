package dev.wadi.consumer;

import java.util.concurrent.TimeUnit;

/**
 * Until when no other process can have become the owner of a group: the server keeps a session that
 * it has heard of for {@link SessionLimits#IDLE_TIMEOUT_MS}. Its owner stops a while before that.
 */
final class OwnerLease {

  private static final long NANOS =
      TimeUnit.MILLISECONDS.toNanos(SessionLimits.IDLE_TIMEOUT_MS - 500L);

  private volatile long end = System.nanoTime();

  /**
   * The server has answered a statement.
   *
   * @param sent when it was sent, as {@link System#nanoTime}
   */
  void heard(long sent) {
    end = sent + NANOS;
  }

  boolean isValid() {
    return end - System.nanoTime() > 0;
  }
}
