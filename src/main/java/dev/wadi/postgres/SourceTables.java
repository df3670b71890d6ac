package dev.wadi.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The tables of the captured database that a pipeline could name. */
public final class SourceTables {

  private static final String LIST = Sql.load("postgres/list_tables");
  private static final String KEY = Sql.load("postgres/key_columns");

  /** What every event table has and no other table is likely to have. */
  private static final Set<String> EVENT_COLUMNS =
      Set.of(
          "source_database_id",
          "source_table_oid",
          "record_pk",
          "record",
          "changes",
          "action",
          "committed_at",
          "source_lsn",
          "source_lsn_ordinal");

  private final DataSource source;

  public SourceTables(DataSource source) {
    this.source = source;
  }

  /**
   * One table.
   *
   * @param columns JSON array of {@code {"name","type","nullable","key"}} in the order of the
   *     columns
   * @param replicaIdentity {@code full}, {@code default}, {@code index} or {@code nothing}
   * @param reason why it is not eligible; null if it is
   */
  public record Listed(
      TableName table, long oid, String columns, String replicaIdentity, @Nullable String reason) {

    public boolean eligible() {
      return reason == null;
    }
  }

  /** Whether a table with these columns is an event table, which no pipeline may capture. */
  public static boolean hasEventColumns(Collection<String> columns) {
    return columns.containsAll(EVENT_COLUMNS);
  }

  /** Up to 10,000 tables by name. */
  public List<Listed> list() throws SQLException {
    var tables = new ArrayList<Listed>();
    try (var connection = source.getConnection();
        var list = Sql.prepare(connection, LIST, Map.of());
        var row = list.executeQuery()) {
      while (row.next()) {
        tables.add(listed(row));
      }
    }
    return tables;
  }

  /** The columns that make a table's {@code record_pk} now, in its order; empty if none do. */
  public List<String> key(TableName table) throws SQLException {
    var parameters = Map.of("schema", table.schema(), "name", table.name());
    try (var connection = source.getConnection();
        var find = Sql.prepare(connection, KEY, parameters);
        var row = find.executeQuery()) {
      return row.next() ? List.of((String[]) row.getArray("columns").getArray()) : List.of();
    }
  }

  private static Listed listed(ResultSet row) throws SQLException {
    var table = new TableName(row.getString("schema"), row.getString("name"));
    var columns = row.getString("columns");
    return new Listed(
        table,
        row.getLong("oid"),
        columns == null ? "[]" : columns,
        row.getString("replica_identity"),
        reason(table, row));
  }

  private static @Nullable String reason(TableName table, ResultSet row) throws SQLException {
    if (hasEventColumns(List.of((String[]) row.getArray("column_names").getArray()))) {
      return "Source table cannot be an event table.";
    }
    return SourceTableCheck.problemOf(
        table, row.getString("persistence"), row.getBoolean("has_identity"));
  }
}
