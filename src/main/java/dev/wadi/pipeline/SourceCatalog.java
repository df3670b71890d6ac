package dev.wadi.pipeline;

import dev.wadi.capture.BackfillTable;
import dev.wadi.postgres.SourceTables;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The tables of the captured database, as pipelines need to know them. */
public final class SourceCatalog {

  private static final String TABLES = Sql.load("pipeline/source_tables");
  private static final String COLUMNS = Sql.load("pipeline/source_columns");

  /**
   * A column.
   *
   * @param onDelete whether the old row that a delete brings has its value
   */
  record Column(ColumnKind kind, boolean onDelete) {}

  /**
   * A table.
   *
   * @param ordinary whether it is a table, and no view or the like
   * @param partitionsWithoutOldRows its partitions, as SQL names them, whose identity is not full
   */
  record Table(
      TableName name,
      boolean ordinary,
      boolean identityFull,
      List<String> partitionsWithoutOldRows,
      Map<String, Column> columns) {

    boolean isEventTable() {
      return SourceTables.hasEventColumns(columns.keySet());
    }

    /** Which filters do not fit its columns, and why. */
    List<String> problems(List<Filter> filters) {
      return problems(filters, false);
    }

    /** The same; those of columns that are not there may be left out. */
    List<String> problems(List<Filter> filters, boolean missingColumnsAllowed) {
      var problems = new ArrayList<String>();
      for (var filter : filters) {
        boolean isLeftOut = missingColumnsAllowed && !columns.containsKey(filter.column());
        if (isLeftOut) {
          continue;
        }
        try {
          Filters.of(List.of(filter), name.toString(), kinds());
        } catch (IllegalArgumentException e) {
          problems.add(String.valueOf(e.getMessage()));
        }
      }
      return problems;
    }

    Map<String, ColumnKind> kinds() {
      var kinds = new LinkedHashMap<String, ColumnKind>();
      columns.forEach((name, column) -> kinds.put(name, column.kind()));
      return kinds;
    }
  }

  private final DataSource source;

  public SourceCatalog(DataSource source) {
    this.source = source;
  }

  /** Every table that a pattern may mean: no event tables, none of the system, none of Wadi's. */
  Set<TableName> tables() throws SQLException {
    var tables = new TreeSet<TableName>();
    try (var connection = source.getConnection();
        var query = Sql.prepare(connection, TABLES, Map.of());
        var row = query.executeQuery()) {
      while (row.next()) {
        var columns = List.of((String[]) row.getArray("columns").getArray());
        if (!SourceTables.hasEventColumns(columns)) {
          tables.add(new TableName(row.getString("schema"), row.getString("name")));
        }
      }
    }
    return tables;
  }

  /** Why the rows of a table cannot be read for a pipeline; empty if they can, or it is missing. */
  String backfillProblem(TableName name) throws SQLException {
    try (var connection = source.getConnection()) {
      var table = BackfillTable.find(connection, name, "");
      return table == null ? "" : table.problem();
    }
  }

  /** A table; null if it does not exist. */
  @Nullable Table table(TableName name) throws SQLException {
    var columns = new LinkedHashMap<String, Column>();
    var parameters = Map.of("schema", name.schema(), "name", name.name());
    try (var connection = source.getConnection();
        var query = Sql.prepare(connection, COLUMNS, parameters);
        var row = query.executeQuery()) {
      boolean exists = false;
      boolean ordinary = false;
      boolean identityFull = false;
      var partitions = List.<String>of();
      while (row.next()) {
        exists = true;
        ordinary = "rp".contains(row.getString("kind"));
        identityFull = row.getBoolean("identity_full");
        partitions = List.of((String[]) row.getArray("partitions_without_old_rows").getArray());
        var column = row.getString("name");
        if (column != null) {
          var kind =
              ColumnKind.ofType(
                  row.getString("type"), row.getBoolean("composite"), row.getBoolean("is_array"));
          columns.put(column, new Column(kind, identityFull || row.getBoolean("in_key")));
        }
      }
      return exists ? new Table(name, ordinary, identityFull, partitions, columns) : null;
    }
  }
}
