package dev.wadi.api;

import static java.time.ZoneOffset.UTC;

import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.eventtable.EventTables;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API's event tables. */
public final class EventTableApi {

  private final EventTables eventTables;
  private final Clock clock;

  public EventTableApi(EventTables eventTables, Clock clock) {
    this.eventTables = eventTables;
    this.clock = clock;
  }

  /** Body of {@code POST /api/event_tables}. */
  public record Create(
      @Nullable String table, @Nullable Integer retentionDays, @Nullable Boolean partitioned) {}

  /** Every table that has an event table's columns, and whether events can be appended to it. */
  public Map<String, Object> list(ApiRequest request) throws SQLException {
    request.allow();
    return Map.of("data", eventTables.list().stream().map(EventTableApi::shown).toList());
  }

  /** Creates an event table. */
  public Answer create(ApiRequest request) throws SQLException {
    var create = request.read(Create.class);
    var ddl =
        ddl(create.table(), create.retentionDays(), Boolean.TRUE.equals(create.partitioned()));
    try {
      eventTables.create(ddl);
    } catch (SQLException e) {
      throw refused(ddl.table(), e);
    }
    return Answer.created(Map.of("table", ddl.table().toString(), "sql", ddl.script()));
  }

  /** The SQL that {@link #create} would run. */
  public Map<String, Object> ddl(ApiRequest request) {
    request.allow("table", "retention_days", "partitioned");
    long days = request.number("retention_days", 0, 1, 36_500);
    boolean partitioned = request.flag("partitioned");
    var ddl = ddl(request.required("table"), days == 0 ? null : (int) days, partitioned);
    return Map.of("sql", ddl.script());
  }

  private EventTableDdl ddl(
      @Nullable String table, @Nullable Integer retentionDays, boolean partitioned) {
    var name = Names.table("table", table);
    try {
      return new EventTableDdl(
          name, retentionDays, partitioned ? LocalDate.ofInstant(clock.instant(), UTC) : null);
    } catch (EventTableDdl.NameRefusedException e) {
      throw Problem.invalid("table", String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("retention_days", String.valueOf(e.getMessage()));
    }
  }

  private static Exception refusedAs(TableName table, SQLException e) {
    return switch (String.valueOf(e.getSQLState())) {
      case "42P07", "23505" ->
          Problem.invalid("table", "has already been taken: '" + table + "' exists");
      case "3F000" ->
          Problem.invalid(
              "table", "schema '" + table.schema() + "' does not exist; create it first");
      case "42501" ->
          Problem.invalid(
              "table",
              "Wadi's role may not create it ("
                  + e.getMessage()
                  + "); run the SQL as another role");
      default -> e;
    };
  }

  private static RuntimeException refused(TableName table, SQLException e) throws SQLException {
    var problem = refusedAs(table, e);
    if (problem instanceof SQLException) {
      throw e;
    }
    return (RuntimeException) problem;
  }

  private static Map<String, @Nullable Object> shown(EventTables.Listed listed) {
    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("table", listed.table().toString());
    shown.put("valid", listed.problems().isEmpty());
    shown.put("problems", List.copyOf(listed.problems()));
    shown.put("retention_days", listed.retentionDays());
    shown.put("first_id", listed.firstId());
    shown.put("last_id", listed.lastId());
    shown.put("first_committed_at", listed.firstCommittedAt());
    shown.put("last_committed_at", listed.lastCommittedAt());
    return shown;
  }
}
