package dev.wadi.consumer;

import dev.wadi.stream.EventReader;
import dev.wadi.stream.StreamEvent;
import java.util.List;

/** How many events to ask for at once, so that no more are looked at than a reading brings. */
final class BlockSize {

  private static final int MOST_EVENTS = 1_000;
  private static final int FIRST_EVENTS = 64;

  private int events = FIRST_EVENTS;

  int events() {
    return events;
  }

  /** Grows with care and shrinks at once. */
  void learn(List<StreamEvent> block) {
    long bytes = block.stream().mapToLong(StreamEvent::bytes).sum();
    if (!block.isEmpty()) {
      long fitting = Math.max(1, EventReader.MOST_BYTES / (bytes / block.size()));
      events = (int) Math.min(Math.min(MOST_EVENTS, 2L * events), fitting);
    }
  }
}
