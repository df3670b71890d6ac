package dev.wadi.consumer;

import dev.wadi.stream.EventReader;
import dev.wadi.stream.StreamEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive events, complete: one that is null has gone with retention, and nothing else is
 * missing.
 */
record EventBlock(List<@Nullable StreamEvent> events) {

  /**
   * Reads events by their seqs, all of which are visible.
   *
   * @throws IllegalStateException if one is missing that retention cannot have taken
   */
  static EventBlock read(Connection connection, EventReader reader, long first, long last)
      throws SQLException {
    var found = reader.range(connection, first, last);
    boolean complete = found.size() == last - first + 1;
    if (complete) {
      return new EventBlock(new ArrayList<>(found));
    }
    long floor = reader.floor(connection).orElse(last + 1);
    return new EventBlock(withGaps(found, first, last, floor));
  }

  private static List<@Nullable StreamEvent> withGaps(
      List<StreamEvent> found, long first, long last, long floor) {
    var events = new ArrayList<@Nullable StreamEvent>();
    int place = 0;
    for (long seq = first; seq <= last; seq++) {
      boolean there = place < found.size() && found.get(place).seq() == seq;
      if (!there && seq >= floor) {
        throw new IllegalStateException(
            "event %d is missing although %d is there; run wadi verify".formatted(seq, floor));
      }
      events.add(there ? found.get(place++) : null);
    }
    return events;
  }
}
