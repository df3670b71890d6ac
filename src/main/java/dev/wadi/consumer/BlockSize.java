package dev.wadi.consumer;

/** How many events to read at once, so that a block of large ones fits into memory as well. */
final class BlockSize {

  private static final int MOST_EVENTS = 1_000;
  private static final int FIRST_EVENTS = 64;
  private static final int BLOCK_BYTES = 4 << 20;

  private int events = FIRST_EVENTS;

  int events() {
    return events;
  }

  /** Grows with care and shrinks at once. */
  void learn(EventBlock block) {
    long bytes = 0;
    int found = 0;
    for (var event : block.events()) {
      bytes += event == null ? 0 : event.bytes();
      found += event == null ? 0 : 1;
    }
    if (found > 0) {
      long fitting = Math.max(1, BLOCK_BYTES / (bytes / found));
      events = (int) Math.min(Math.min(MOST_EVENTS, 2L * events), fitting);
    }
  }
}
