package dev.wadi.eventtable;

import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.Row;
import dev.wadi.change.SourceTable;
import dev.wadi.postgres.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads the changes that wait for a pipeline. */
public final class KeptChangeReader {

  private static final String READ = Sql.load("eventtable/read_kept");

  private final DataSource eventLog;

  public KeptChangeReader(DataSource eventLog) {
    this.eventLog = eventLog;
  }

  /** The oldest, in commit order; fewer than the limit also where they are large. */
  List<KeptChange> read(String slot, String pipeline, int limit) throws SQLException {
    var parameters = Map.of("slot", slot, "pipeline", pipeline, "limit", limit);
    var changes = new ArrayList<KeptChange>();
    try (var connection = eventLog.getConnection();
        var query = Sql.prepare(connection, READ, parameters);
        var row = query.executeQuery()) {
      while (row.next()) {
        changes.add(new KeptChange(row.getLong("id"), pipeline, change(row)));
      }
    }
    return changes;
  }

  private static Change change(ResultSet row) throws SQLException {
    var changes = row.getString("changes");
    return new Change(
        new SourceTable(
            row.getLong("source_table_oid"),
            row.getString("source_table_schema"),
            row.getString("source_table_name")),
        Action.parse(row.getString("action")),
        row.getString("record_pk"),
        new Row(row.getString("record")),
        changes == null ? null : new Row(changes),
        names(row),
        row.getLong("committed_at_micros"),
        row.getLong("lsn"),
        row.getInt("source_lsn_ordinal"),
        row.getLong("transaction_id"),
        row.getString("transaction_annotations"));
  }

  private static List<String> names(ResultSet row) throws SQLException {
    java.sql.@Nullable Array unavailable = row.getArray("unavailable");
    return unavailable == null ? List.of() : List.of((String[]) unavailable.getArray());
  }
}
