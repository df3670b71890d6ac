package dev.wadi.pipeline;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Which tables are read for which pipelines, and how far; rows of {@code wadi.backfills}. */
public final class Backfills {

  private static final String START = Sql.load("pipeline/start_backfill");
  private static final String ENSURE = Sql.load("pipeline/ensure_backfill");
  private static final String CANCEL = Sql.load("pipeline/cancel_backfill");
  private static final String FAIL = Sql.load("pipeline/fail_backfill");
  private static final String FORGET = Sql.load("pipeline/forget_backfill");
  private static final String RUNNING = Sql.load("pipeline/running_backfills");
  private static final String STATUS = Sql.load("pipeline/backfill_status");

  private final DataSource eventLog;
  private final String slot;
  private final AtomicLong version = new AtomicLong();
  private final Map<String, Set<TableName>> ensured = new ConcurrentHashMap<>();
  private final Map<String, String> waiting = new ConcurrentHashMap<>();

  public Backfills(DataSource eventLog, String slot) {
    this.eventLog = eventLog;
    this.slot = slot;
  }

  /** The tables that are still to be read, first come first. */
  public List<Backfill> running() throws SQLException {
    var running = new ArrayList<Backfill>();
    try (var connection = eventLog.getConnection();
        var query = Sql.prepare(connection, RUNNING, Map.of("slot", slot));
        var row = query.executeQuery()) {
      while (row.next()) {
        running.add(
            new Backfill(
                row.getLong("id"),
                row.getString("pipeline"),
                new TableName(
                    row.getString("source_table_schema"), row.getString("source_table_name")),
                row.getLong("source_table_oid"),
                texts(row, "key_columns"),
                texts(row, "last_key")));
      }
    }
    return running;
  }

  /** Grows whenever {@link #running} may answer something new. */
  public long version() {
    return version.get();
  }

  /** Ends the reading of a table for good. */
  public void fail(Backfill backfill, String reason) throws SQLException {
    update(FAIL, new HashMap<>(Map.of("id", backfill.id(), "reason", reason)));
  }

  /** Notes what a pipeline's backfill waits for; empty if for nothing. */
  public void waiting(String pipeline, String reason) {
    waiting.put(pipeline, reason);
  }

  /** How far a pipeline's backfill has come; null if it never had one. */
  @Nullable BackfillStatus status(String pipeline) throws SQLException {
    try (var connection = eventLog.getConnection();
        var query = Sql.prepare(connection, STATUS, Map.of("slot", slot, "pipeline", pipeline));
        var row = query.executeQuery()) {
      return row.next() ? status(pipeline, row) : null;
    }
  }

  /** Reads tables from the first row on, also if that was done before. */
  void start(String pipeline, Collection<TableName> tables) throws SQLException {
    update(START, parameters(pipeline, tables));
  }

  /** Begins to read those tables that were never read for the pipeline. */
  void ensure(String pipeline, Set<TableName> tables) throws SQLException {
    if (!tables.equals(ensured.get(pipeline))) {
      update(ENSURE, parameters(pipeline, tables));
      ensured.put(pipeline, tables);
    }
  }

  void cancel(String pipeline) throws SQLException {
    update(CANCEL, parameters(pipeline, List.of()));
  }

  void forget(String pipeline) throws SQLException {
    ensured.remove(pipeline);
    waiting.remove(pipeline);
    update(FORGET, parameters(pipeline, List.of()));
  }

  private BackfillStatus status(String pipeline, ResultSet row) throws SQLException {
    var name = row.getString("table_name");
    boolean runs = row.getString("state").equals("running");
    var reason = runs ? waiting.getOrDefault(pipeline, "") : row.getString("reason");
    return new BackfillStatus(
        row.getString("state"),
        reason,
        name == null ? null : new TableName(row.getString("table_schema"), name),
        row.getLong("tables"),
        row.getLong("tables_finished"),
        row.getLong("rows"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        instant(row.getObject("finished_at", OffsetDateTime.class)));
  }

  private int update(String sql, Map<String, Object> parameters) throws SQLException {
    try (var connection = eventLog.getConnection();
        var statement = Sql.prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    } finally {
      version.incrementAndGet();
    }
  }

  private Map<String, Object> parameters(String pipeline, Collection<TableName> tables) {
    var parameters = new HashMap<String, Object>();
    parameters.put("slot", slot);
    parameters.put("pipeline", pipeline);
    parameters.put("schemas", tables.stream().map(TableName::schema).toArray(String[]::new));
    parameters.put("names", tables.stream().map(TableName::name).toArray(String[]::new));
    return parameters;
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    @Nullable Array array = row.getArray(column);
    return array == null ? List.of() : List.of((String[]) array.getArray());
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
