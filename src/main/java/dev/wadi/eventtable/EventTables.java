package dev.wadi.eventtable;

import dev.wadi.pipeline.EventTableCheck;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The event tables of the event-log database. */
public final class EventTables implements EventTableCheck {

  /** It reads the whole event table where that was restored or moved. */
  private static final int REGISTER_TIMEOUT_MS = 3_600_000;

  private static final String REGISTER = Sql.load("eventtable/register");
  private static final String RIGHTS = Sql.load("eventtable/check_rights");
  private static final String LIST = Sql.load("eventtable/list");
  private static final String BOUNDS = Sql.load("eventtable/bounds");

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
  @Override
  public List<String> problems(TableName table) throws SQLException {
    try (var connection = database.getConnection()) {
      return EventTableValidator.problems(connection, table);
    }
  }

  /** What Wadi may not do with a table although it can append to it, each with its remedy. */
  public List<String> warnings(TableName table) throws SQLException {
    var warnings = new ArrayList<String>();
    var parameters = Map.of("schema", table.schema(), "name", table.name());
    try (var connection = database.getConnection();
        var check = Sql.prepare(connection, RIGHTS, parameters);
        var row = check.executeQuery()) {
      row.next();
      var role = TableName.quote(row.getString("role"));
      if (Boolean.FALSE.equals(row.getObject("may_create"))) {
        warnings.add(
            "schema '%s': role %s may not make event tables in it; run: grant create on schema %s to %s;"
                .formatted(table.schema(), role, TableName.quote(table.schema()), role));
      }
      if (Boolean.FALSE.equals(row.getObject("may_delete"))) {
        warnings.add(
            "event table '%s': role %s may not delete events that are past their retention; run: grant delete on %s to %s;"
                .formatted(table, role, table.quoted(), role));
      }
    }
    return warnings;
  }

  @Override
  public List<String> readProblems(TableName table) throws SQLException {
    try (var connection = database.getConnection()) {
      return EventTableValidator.readProblems(connection, table);
    }
  }

  /** Whether events can be appended to a table. */
  public boolean isEventTable(TableName table) throws SQLException {
    try (var connection = database.getConnection()) {
      return EventTableValidator.problems(connection, table).isEmpty();
    }
  }

  /**
   * A table that has an event table's columns.
   *
   * @param problems what keeps events from being appended to it; empty if nothing does
   * @param retentionDays days that events are kept; null for ever
   * @param firstId id of the oldest event; null if there is none
   */
  public record Listed(
      TableName table,
      List<String> problems,
      @Nullable Integer retentionDays,
      @Nullable Long firstId,
      @Nullable Long lastId,
      @Nullable Instant firstCommittedAt,
      @Nullable Instant lastCommittedAt) {}

  /** The oldest and the newest event that are there; nulls if there is none. */
  public record Bounds(
      @Nullable Long firstId,
      @Nullable Long lastId,
      @Nullable Instant firstCommittedAt,
      @Nullable Instant lastCommittedAt) {}

  /** From where to where an event table goes. */
  public Bounds bounds(TableName table) throws SQLException {
    try (var connection = database.getConnection()) {
      return bounds(connection, table);
    }
  }

  /** Up to 10,000 tables that have an event table's columns, by name. */
  public List<Listed> list() throws SQLException {
    var tables = new ArrayList<Listed>();
    try (var connection = database.getConnection();
        var list = Sql.prepare(connection, LIST, Map.of());
        var row = list.executeQuery()) {
      while (row.next()) {
        var table = new TableName(row.getString("schema"), row.getString("name"));
        tables.add(listed(connection, table, row.getObject("retention_days", Integer.class)));
      }
    }
    return tables;
  }

  private static Listed listed(
      Connection connection, TableName table, @Nullable Integer retentionDays) throws SQLException {
    var problems = EventTableValidator.problems(connection, table);
    if (!problems.isEmpty()) {
      return new Listed(table, problems, retentionDays, null, null, null, null);
    }
    var bounds = bounds(connection, table);
    return new Listed(
        table,
        problems,
        retentionDays,
        bounds.firstId(),
        bounds.lastId(),
        bounds.firstCommittedAt(),
        bounds.lastCommittedAt());
  }

  private static Bounds bounds(Connection connection, TableName table) throws SQLException {
    try (var bounds = Sql.prepare(connection, Sql.forTable(BOUNDS, table), Map.of());
        var row = bounds.executeQuery()) {
      row.next();
      return new Bounds(
          row.getObject("first_id", Long.class),
          row.getObject("last_id", Long.class),
          instant(row, "first_committed_at"),
          instant(row, "last_committed_at"));
    }
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static void register(Connection connection, TableName table) throws SQLException {
    var parameters = Map.of("event_table", table.toString(), "quoted_event_table", table.quoted());
    int limitMs = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, REGISTER_TIMEOUT_MS);
    try (var statement = Sql.prepare(connection, Sql.forTable(REGISTER, table), parameters)) {
      statement.executeUpdate();
    } finally {
      connection.setNetworkTimeout(Runnable::run, limitMs);
    }
  }
}
