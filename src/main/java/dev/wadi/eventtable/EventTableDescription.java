package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table as the catalog describes it.
 *
 * @param kind {@code relkind}; null if there is no such table
 * @param persistence {@code relpersistence}
 * @param reachable whether the role may use the table's schema
 * @param writable whether the role may read and append
 * @param role the role that asked
 * @param columns by name
 * @param uniqueKeys for each unique key its columns, sorted by name, joined by comma
 */
record EventTableDescription(
    @Nullable String kind,
    String persistence,
    boolean reachable,
    boolean writable,
    String role,
    Map<String, Column> columns,
    List<String> uniqueKeys) {

  /**
   * One column.
   *
   * @param generator the expression that generates it always, or {@code identity}; empty if none
   *     does
   * @param notNull whether it refuses null
   * @param filled whether it gets a value of its own where an insert gives none
   */
  record Column(String type, String generator, boolean notNull, boolean filled) {}

  static EventTableDescription read(Connection connection, String sql, TableName table)
      throws SQLException {
    var parameters = Map.of("schema", table.schema(), "name", table.name());
    try (var statement = Sql.prepare(connection, sql, parameters);
        var row = statement.executeQuery()) {
      row.next();
      String persistence = row.getString("persistence");
      return new EventTableDescription(
          row.getString("kind"),
          persistence == null ? "" : persistence,
          row.getBoolean("reachable"),
          row.getBoolean("writable"),
          row.getString("role"),
          columns(row),
          List.of(texts(row, "unique_keys")));
    }
  }

  private static Map<String, Column> columns(ResultSet row) throws SQLException {
    var columns = new LinkedHashMap<String, Column>();
    var names = texts(row, "column_names");
    var types = texts(row, "column_types");
    var generators = texts(row, "column_generators");
    var notNull = flags(row, "columns_not_null");
    var filled = flags(row, "columns_filled");
    for (int place = 0; place < names.length; place++) {
      columns.put(
          names[place], new Column(types[place], generators[place], notNull[place], filled[place]));
    }
    return columns;
  }

  private static String[] texts(ResultSet row, String column) throws SQLException {
    return (String[]) row.getArray(column).getArray();
  }

  private static Boolean[] flags(ResultSet row, String column) throws SQLException {
    return (Boolean[]) row.getArray(column).getArray();
  }
}
