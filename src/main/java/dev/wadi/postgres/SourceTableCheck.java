package dev.wadi.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a table can be captured without harm to the application that writes it. */
public final class SourceTableCheck {

  private static final String IDENTITY = Sql.load("postgres/table_identity");

  private SourceTableCheck() {}

  /** Why the table cannot be captured and what mends it; empty if it can. */
  public static String problem(Connection connection, TableName table) throws SQLException {
    var parameters = Map.of("schema", table.schema(), "name", table.name());
    try (var query = Sql.prepare(connection, IDENTITY, parameters);
        var row = query.executeQuery()) {
      return row.next()
          ? problem(table, row)
          : "it does not exist; create it or correct its name in the pipeline";
    }
  }

  private static String problem(TableName table, ResultSet row) throws SQLException {
    boolean ordinary = row.getString("kind").equals("r") || row.getString("kind").equals("p");
    if (!ordinary) {
      return "it is not a table; only tables and partitioned tables have changes";
    }
    var problem = problemOf(table, row.getString("persistence"), row.getBoolean("has_identity"));
    return problem == null ? "" : problem;
  }

  /** The same for a table whose catalog row is at hand; null if it can be captured. */
  static @Nullable String problemOf(TableName table, String persistence, boolean hasIdentity) {
    if (!persistence.equals("p")) {
      return "it is unlogged or temporary, its changes are not in the WAL; run: alter table "
          + table.quoted()
          + " set logged;";
    }
    if (!hasIdentity) {
      return "it has no replica identity, so Postgres would refuse the application's updates and deletes; run: alter"
          + " table "
          + table.quoted()
          + " replica identity full; or give it a primary key";
    }
    return null;
  }
}
