package dev.wadi.capture;

import dev.wadi.change.SourceTable;
import dev.wadi.postgres.Sql;
import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Asks the source's catalog for what the WAL does not tell of a table: its oid and its replica
 * identity.
 */
final class RelationCatalog {

  private static final String FIND = Sql.load("capture/find_relation");

  private final DataSource source;

  RelationCatalog(DataSource source) {
    this.source = source;
  }

  /**
   * The relation of a table whose columns and key are known.
   *
   * <p>A table that has been dropped or renamed since gets oid 0 and counts as one whose old rows
   * carry only the key.
   *
   * @throws IllegalStateException if the catalog cannot be read
   */
  Relation find(String schema, String name, List<String> columns, List<String> key) {
    int[] keyIndexes = indexes(columns, key);
    try (var connection = source.getConnection();
        var find = Sql.prepare(connection, FIND, Map.of("schema", schema, "name", name))) {
      try (var row = find.executeQuery()) {
        if (!row.next()) {
          return new Relation(new SourceTable(0, schema, name), columns, keyIndexes, keyIndexes);
        }
        var identity =
            row.getBoolean("identity_full") ? columns : texts(row.getArray("identity_columns"));
        return new Relation(
            new SourceTable(row.getLong("oid"), schema, name),
            columns,
            keyIndexes,
            indexes(columns, identity));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "table '"
              + schema
              + "."
              + name
              + "': cannot read its replica identity: "
              + e.getMessage(),
          e);
    }
  }

  private static List<String> texts(Array array) throws SQLException {
    return Arrays.asList((String[]) array.getArray());
  }

  private static int[] indexes(List<String> columns, List<String> wanted) {
    return IntStream.range(0, columns.size())
        .filter(i -> wanted.contains(columns.get(i)))
        .toArray();
  }
}
