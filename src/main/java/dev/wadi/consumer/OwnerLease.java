package dev.wadi.consumer;

import java.util.concurrent.TimeUnit;

/**
 * Until when no other process can have become the owner of a group: the server keeps a session that
 * it has heard of for {@link OwnerSessions#silenceMs}. Its owner stops a while before that.
 */
final class OwnerLease {

  private static final int BEFORE_MS = 500;

  private final long nanos;
  private volatile long end = System.nanoTime();

  /**
   * @param silenceMs how long the server keeps its session, ms
   */
  OwnerLease(int silenceMs) {
    nanos = TimeUnit.MILLISECONDS.toNanos(silenceMs - BEFORE_MS);
  }

  /**
   * The server has answered a statement.
   *
   * @param sent when it was sent, as {@link System#nanoTime}
   */
  void heard(long sent) {
    end = sent + nanos;
  }

  boolean isValid() {
    return end - System.nanoTime() > 0;
  }
}
