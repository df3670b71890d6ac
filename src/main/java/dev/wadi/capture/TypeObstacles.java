package dev.wadi.capture;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Types that Debezium 3.4 stumbles over when it starts: {@code TypeRegistry} reads the labels of
 * every type in the category of enums, in whatever table it is used. A domain over an enum is of
 * that category and has no labels of its own.
 */
public final class TypeObstacles {

  private static final String WITHOUT_LABELS =
      """
      select pg_catalog.format_type(t.oid, null)
        from pg_catalog.pg_type t
        join pg_catalog.pg_namespace n on n.oid = t.typnamespace
       where t.typcategory = 'E'
         and n.nspname <> 'pg_toast'
         and not exists (select from pg_catalog.pg_enum e where e.enumtypid = t.oid)
       order by 1
      """;

  private TypeObstacles() {}

  /** One sentence per obstacle, with what to do about it; empty if there are none. */
  public static List<String> find(Connection connection) throws SQLException {
    var obstacles = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(WITHOUT_LABELS)) {
      while (row.next()) {
        obstacles.add(
            "type "
                + row.getString(1)
                + ": a domain over an enum, or an enum without labels, keeps capture from starting,"
                + " even if no captured table uses it; use the enum itself, or give it a label");
      }
    }
    return obstacles;
  }
}
