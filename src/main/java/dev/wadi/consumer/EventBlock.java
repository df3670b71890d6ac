package dev.wadi.consumer;

import dev.wadi.stream.EventReader;
import dev.wadi.stream.StreamEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The next events of an event table: either some without a gap, or none because retention has taken
 * them.
 *
 * @param events consecutive from the seq asked for
 * @param missing how many are gone from that seq on; 0 unless {@code events} is empty
 * @param oldest the oldest event that is there, if some are missing
 */
record EventBlock(List<StreamEvent> events, int missing, long oldest) {

  /**
   * Reads events by their seqs, all of which are visible, as far as they fit.
   *
   * @throws IllegalStateException if the first is missing and retention cannot have taken it
   */
  static EventBlock read(Connection connection, EventReader reader, long first, long last)
      throws SQLException {
    var found = reader.range(connection, first, last);
    int consecutive = 0;
    while (consecutive < found.size() && found.get(consecutive).seq() == first + consecutive) {
      consecutive++;
    }
    if (consecutive > 0) {
      return new EventBlock(found.subList(0, consecutive), 0, first);
    }
    long oldest = reader.floor(connection).orElse(last + 1);
    if (oldest <= first) {
      throw new IllegalStateException(
          "event %d is missing although %d is there; run wadi verify".formatted(first, oldest));
    }
    return new EventBlock(List.of(), (int) (Math.min(last + 1, oldest) - first), oldest);
  }
}
