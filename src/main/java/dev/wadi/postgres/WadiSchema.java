package dev.wadi.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Schema {@code wadi} of the event-log database, where Wadi keeps what it must remember. */
public final class WadiSchema {

  public static final String NAME = "wadi";

  /** Any number, the same in every Wadi: "wadi" in ASCII. */
  private static final long LOCK = 0x77616469L;

  private static final String RIGHTS = Sql.load("postgres/read_schema_rights");

  private static final String IS_PRESENT = Sql.load("postgres/is_schema_present");

  private final DataSource database;

  /**
   * The schema in a database.
   *
   * @param database must give at least three connections at once
   */
  public WadiSchema(DataSource database) {
    this.database = database;
  }

  /**
   * Creates the schema or brings it up to date; of two at once the second waits for the first.
   *
   * @throws IllegalStateException if the role lacks the right; the message says what to run
   */
  public void migrate() throws SQLException {
    try (var connection = database.getConnection()) {
      requireRights(connection);
      locked(connection);
    }
  }

  /** Whether it is there, at least in part; before the first start it is not. */
  public boolean isPresent() throws SQLException {
    try (var connection = database.getConnection();
        var statement = Sql.prepare(connection, IS_PRESENT, Map.of());
        var row = statement.executeQuery()) {
      row.next();
      return row.getBoolean("present");
    }
  }

  private void locked(Connection connection) throws SQLException {
    lock(connection, "select pg_advisory_lock(:?key::bigint)");
    try {
      runFlyway();
    } finally {
      lock(connection, "select pg_advisory_unlock(:?key::bigint)");
    }
  }

  private void runFlyway() {
    try {
      Flyway.configure()
          .dataSource(database)
          .locations("classpath:sql/schema")
          .schemas(NAME)
          .defaultSchema(NAME)
          .table("schema_history")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new IllegalStateException(
          "schema 'wadi': cannot be created or brought up to date: " + e.getMessage(), e);
    }
  }

  private static void lock(Connection connection, String sql) throws SQLException {
    try (var statement = Sql.prepare(connection, sql, Map.of("key", LOCK))) {
      statement.execute();
    }
  }

  /** Why the schema cannot be made or brought up to date, with what to run; empty if it can. */
  public String problem() throws SQLException {
    try (var connection = database.getConnection()) {
      return problem(connection);
    }
  }

  private static void requireRights(Connection connection) throws SQLException {
    var problem = problem(connection);
    if (!problem.isEmpty()) {
      throw new IllegalStateException(problem);
    }
  }

  private static String problem(Connection connection) throws SQLException {
    try (var statement = Sql.prepare(connection, RIGHTS, Map.of());
        var rights = statement.executeQuery()) {
      rights.next();
      if (rights.getString("role").contains("'")) {
        return String.format(
            "schema 'wadi': role '%s' must have no apostrophe in its name, which Flyway does not"
                + " quote; choose another role",
            rights.getString("role"));
      }
      if (rights.getBoolean("sufficient")) {
        return "";
      }
      return String.format(
          "schema 'wadi': role '%s' must have the right to create it, and to create and own its tables, in"
              + " database '%s'; run there as an administrator: %s",
          rights.getString("role"), rights.getString("database"), rights.getString("remedy"));
    }
  }
}
