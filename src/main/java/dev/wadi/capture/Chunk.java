package dev.wadi.capture;

import dev.wadi.change.Action;
import dev.wadi.change.Change;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table that were read together, in key order.
 *
 * @param rows canonical JSON text per column, as a raw change holds them
 * @param lastKey the values of the last row's key as Postgres prints them; empty without rows
 * @param last whether no rows follow
 * @param snapshot which transactions the rows show
 */
public record Chunk(
    BackfillTable table,
    List<@Nullable String[]> rows,
    List<String> lastKey,
    boolean last,
    Snapshot snapshot) {

  /**
   * The rows that nobody changed since, as reads at a mark.
   *
   * @param changed what the stream brought up to the mark
   */
  public List<Change> reads(Mark mark, ChangedRows changed) {
    var relation = table.relation();
    var mapper = new ChangeMapper();
    var reads = new ArrayList<Change>(rows.size());
    var changedKeys = changed.keys();
    for (int place = 0; place < rows.size(); place++) {
      var row = rows.get(place);
      if (!changedKeys.contains(changed.key(relation.columns(), row))) {
        reads.add(mapper.map(read(relation, row, mark, place)));
      }
    }
    return reads;
  }

  private static RawChange read(Relation relation, @Nullable String[] row, Mark mark, int place) {
    return new RawChange(
        relation,
        Action.READ,
        null,
        row,
        mark.committedAtMicros(),
        mark.lsn(),
        Change.FIRST_READ + place,
        mark.transactionId(),
        null);
  }
}
