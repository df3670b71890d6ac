package dev.wadi.pipeline;

import dev.wadi.change.Change;
import java.time.Clock;

/** Counts what a pipeline takes, in total and over the last minute. */
final class PipelineMeter {

  private static final int SECONDS = 60;

  private final Clock clock;
  private final long[] second = new long[SECONDS];
  private final long[] events = new long[SECONDS];
  private final long[] bytes = new long[SECONDS];
  private long total;
  private long undecided;
  private long lastCommittedAtMicros;

  PipelineMeter(Clock clock) {
    this.clock = clock;
  }

  synchronized void took(Change change) {
    int slot = slotOf(clock.millis() / 1_000);
    events[slot]++;
    bytes[slot] += change.record().json().length();
    total++;
    lastCommittedAtMicros = change.committedAtMicros();
  }

  synchronized void couldNotDecide() {
    undecided++;
  }

  synchronized long total() {
    return total;
  }

  synchronized long undecided() {
    return undecided;
  }

  /** Microseconds since 1970; 0 before the first change. */
  synchronized long lastCommittedAtMicros() {
    return lastCommittedAtMicros;
  }

  synchronized long eventsPerMinute() {
    return sum(events);
  }

  synchronized long bytesPerMinute() {
    return sum(bytes);
  }

  private int slotOf(long now) {
    int slot = (int) (now % SECONDS);
    if (second[slot] != now) {
      second[slot] = now;
      events[slot] = 0;
      bytes[slot] = 0;
    }
    return slot;
  }

  private long sum(long[] values) {
    long oldest = clock.millis() / 1_000 - SECONDS;
    long sum = 0;
    for (int slot = 0; slot < SECONDS; slot++) {
      sum += second[slot] > oldest ? values[slot] : 0;
    }
    return sum;
  }
}
