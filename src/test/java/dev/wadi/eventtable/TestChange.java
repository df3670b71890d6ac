package dev.wadi.eventtable;

import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.Row;
import dev.wadi.change.SourceTable;
import java.util.ArrayList;
import java.util.List;

/** Changes as tests need them. */
final class TestChange {

  static final SourceTable REGIONS = new SourceTable(16384, "public", "regions");
  static final long NOW = 1_760_000_000_123_456L;

  private TestChange() {}

  /** An insert whose position and commit time follow from a number. */
  static Change insert(int number) {
    return at(1000L + number, 0, NOW + number);
  }

  static Change at(long lsn, int ordinal, long committedAtMicros) {
    return new Change(
        REGIONS,
        Action.INSERT,
        "pk" + lsn,
        new Row("{\"id\": " + lsn + ", \"name\": \"us-east\"}"),
        null,
        List.of(),
        committedAtMicros,
        lsn,
        ordinal,
        742,
        null);
  }

  /** Inserts with the numbers from one to another, both included. */
  static List<Change> inserts(int from, int to) {
    var changes = new ArrayList<Change>();
    for (int number = from; number <= to; number++) {
      changes.add(insert(number));
    }
    return changes;
  }
}
