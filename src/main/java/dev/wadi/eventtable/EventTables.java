package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** The event tables of the event-log database. */
public final class EventTables {

  private static final String REGISTER = Sql.load("eventtable/register");

  private final DataSource database;

  /** The event tables of a database that has schema {@code wadi}. */
  public EventTables(DataSource database) {
    this.database = database;
  }

  /** Creates an event table and makes it known, both or neither. */
  public void create(EventTableDdl ddl) throws SQLException {
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute(ddl.statements());
      }
      register(connection, ddl.table());
      connection.commit();
    }
  }

  /**
   * Makes an existing event table known, so that it can be appended to. Call it whenever a pipeline
   * starts to use the table, and again after the table was restored: it never moves numbers back.
   */
  public void register(TableName table) throws SQLException {
    try (var connection = database.getConnection()) {
      register(connection, table);
    }
  }

  /**
   * @throws IllegalStateException if the table cannot take events; the message says why and what
   *     mends it
   */
  public void requireEventTable(TableName table) throws SQLException {
    var problems = problems(table);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(String.join("; ", problems));
    }
  }

  /** What keeps a table from taking events, each rule with its remedy; empty if nothing does. */
  public List<String> problems(TableName table) throws SQLException {
    try (var connection = database.getConnection()) {
      return EventTableValidator.problems(connection, table);
    }
  }

  private static void register(Connection connection, TableName table) throws SQLException {
    var parameters = Map.of("event_table", table.toString(), "quoted_event_table", table.quoted());
    try (var statement = Sql.prepare(connection, Sql.forTable(REGISTER, table), parameters)) {
      statement.executeUpdate();
    }
  }
}
