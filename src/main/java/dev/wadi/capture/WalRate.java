package dev.wadi.capture;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** How fast the server writes WAL, over the last five minutes. */
final class WalRate {

  private static final long SPAN_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final int MOST_MARKS = 1_000;

  private record Mark(double end, long nanos) {}

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();

  /**
   * Takes notice of where the WAL ends.
   *
   * @param end position in bytes
   * @param now as {@link System#nanoTime}
   * @return bytes a second since the oldest mark of the last five minutes; 0 for the first one
   */
  synchronized double at(double end, long now) {
    boolean isAnotherServer = !marks.isEmpty() && end < marks.getLast().end();
    if (isAnotherServer) {
      marks.clear();
    }
    marks.addLast(new Mark(end, now));
    while (now - marks.getFirst().nanos() > SPAN_NANOS || marks.size() > MOST_MARKS) {
      marks.removeFirst();
    }
    var oldest = marks.getFirst();
    double seconds = (now - oldest.nanos()) / 1e9;
    return seconds <= 0 ? 0 : (end - oldest.end()) / seconds;
  }
}
