package dev.wadi.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The tables of the captured database that a pipeline could name. */
public final class SourceTables {

  private static final String LIST = Sql.load("postgres/list_tables");
  private static final String KEY = Sql.load("postgres/key_columns");

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
    if (row.getBoolean("event_table")) {
      return "Source table cannot be an event table.";
    }
    return SourceTableCheck.problemOf(
        table, row.getString("persistence"), row.getBoolean("has_identity"));
  }
}
