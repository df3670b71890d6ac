package dev.wadi.capture;

import dev.wadi.change.SourceTable;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table whose rows a backfill reads.
 *
 * @param columns those whose values capture sends, in attribute-number order
 * @param columnTypes their type oids
 * @param key names of the key's columns in the order of its index; empty without a key
 * @param order how they are sorted
 * @param identity names of the columns that every old row carries
 * @param published whether the table's changes are sent already
 * @param problem why it cannot be backfilled, with the remedy; empty if it can
 */
public record BackfillTable(
    TableName name,
    long oid,
    boolean partitioned,
    List<String> columns,
    List<Long> columnTypes,
    List<String> key,
    KeyOrder order,
    List<String> identity,
    boolean published,
    String problem) {

  private static final String FIND = Sql.load("capture/find_backfill_table");

  /** A table as it is now; null if there is none of that name. */
  public static @Nullable BackfillTable find(
      Connection connection, TableName name, String publication) throws SQLException {
    var parameters =
        Map.of("schema", name.schema(), "name", name.name(), "publication", publication);
    try (var query = Sql.prepare(connection, FIND, parameters);
        var row = query.executeQuery()) {
      return row.next() ? read(name, row) : null;
    }
  }

  private static BackfillTable read(TableName name, ResultSet row) throws SQLException {
    return new BackfillTable(
        name,
        row.getLong("oid"),
        row.getBoolean("partitioned"),
        List.of((String[]) row.getArray("columns").getArray()),
        List.of((Long[]) row.getArray("column_types").getArray()),
        List.of((String[]) row.getArray("key_names").getArray()),
        KeyOrder.read(row),
        List.of((String[]) row.getArray("identity").getArray()),
        row.getBoolean("published"),
        problem(name, row));
  }

  private static String problem(TableName name, ResultSet row) throws SQLException {
    var subject = "table '" + name + "': ";
    boolean hasKey = ((Object[]) row.getArray("key_names").getArray()).length > 0;
    if (!hasKey) {
      return subject + "cannot be backfilled without a primary key; give it one";
    }
    var columns = List.of((String[]) row.getArray("columns").getArray());
    if (!columns.containsAll(List.of((String[]) row.getArray("key_names").getArray()))) {
      return subject + "cannot be backfilled with a generated column in its key";
    }
    if (row.getBoolean("identities_differ")) {
      return subject
          + "cannot be backfilled while a partition's replica identity is neither its primary key nor full; run: alter"
          + " table <partition> replica identity default;";
    }
    if (row.getString("row_filter") != null) {
      return subject
          + "cannot be backfilled while the publication sends only some of its rows; take the row filter out";
    }
    if (!row.getBoolean("readable")) {
      return subject
          + "its rows may not be read; run: grant select on "
          + name.quoted()
          + " to "
          + TableName.quote(row.getString("role"))
          + ";";
    }
    var closedSchema = row.getString("closed_schema");
    if (closedSchema != null) {
      return subject
          + "the type of its key may not be used; run: grant usage on schema "
          + TableName.quote(closedSchema)
          + " to "
          + TableName.quote(row.getString("role"))
          + ";";
    }
    return "";
  }

  /** The key's columns with their types, in the order of its index; rows of another are others. */
  public List<String> typedKey() {
    return order.typedColumns();
  }

  /** The shape that the table's changes have. */
  Relation relation() {
    int[] places = key.stream().mapToInt(columns::indexOf).sorted().toArray();
    return new Relation(new SourceTable(oid, name.schema(), name.name()), columns, places);
  }

  /**
   * The statement that reads rows in key order; its parameters are the order's of the key to begin
   * behind.
   */
  String select(boolean fromTheBeginning, int limit) {
    return "select "
        + columns.stream().map(TableName::quote).collect(Collectors.joining(", "))
        + (partitioned ? " from " : " from only ")
        + name.quoted()
        + (fromTheBeginning ? "" : " where " + order.behindKey())
        + " order by "
        + order.ascending()
        + " limit "
        + limit;
  }
}
