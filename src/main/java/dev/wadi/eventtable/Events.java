package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads event tables, page by page. Of large events a page has fewer than its limit. */
public final class Events {

  /** Most events of one page. */
  public static final int MAX_LIMIT = 1_000;

  /** What the events of a page hold about, at most; one event always fits. */
  static final long MOST_BYTES = 8 << 20;

  private static final String READ = Sql.load("eventtable/read_events");
  private static final String READ_NEWEST = Sql.load("eventtable/read_newest_events");
  private static final String HISTORY = Sql.load("eventtable/read_history");

  private final DataSource eventLog;
  private final TableOids tableOids;

  public Events(DataSource eventLog) {
    this.eventLog = eventLog;
    this.tableOids = new TableOids(eventLog);
  }

  /**
   * What to leave out; null leaves nothing out.
   *
   * @param source source table
   */
  public record Filter(
      @Nullable String recordPk, @Nullable String action, @Nullable TableName source) {}

  /** Events with an id above {@code after}, in id order, at most {@code limit}. */
  public List<Event> after(TableName table, long after, int limit, Filter filter)
      throws SQLException {
    return read(Sql.forTable(READ, table), parameters("after", after, limit, filter));
  }

  /** Events with an id below {@code before}, newest first, at most {@code limit}. */
  public List<Event> before(TableName table, long before, int limit, Filter filter)
      throws SQLException {
    return read(Sql.forTable(READ_NEWEST, table), parameters("before", before, limit, filter));
  }

  /** Whether an event table has events of a source table. */
  public boolean hold(TableName table, TableName source) throws SQLException {
    return tableOids.of(table, source).length > 0;
  }

  /**
   * The events of one row, in id order, at most {@code limit}.
   *
   * @param source null for rows of that key in any source table
   */
  public List<Event> history(
      TableName table, @Nullable TableName source, String recordPk, long after, int limit)
      throws SQLException {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("table_oids", tableOids.of(table, source));
    parameters.put("record_pk", recordPk);
    parameters.put("after", after);
    parameters.put("limit", limit);
    return read(Sql.forTable(HISTORY, table), parameters);
  }

  private static Map<String, @Nullable Object> parameters(
      String end, long id, int limit, Filter filter) {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put(end, id);
    parameters.put("limit", limit);
    parameters.put("record_pk", filter.recordPk());
    parameters.put("action", filter.action());
    parameters.put("source_schema", filter.source() == null ? null : filter.source().schema());
    parameters.put("source_name", filter.source() == null ? null : filter.source().name());
    return parameters;
  }

  private List<Event> read(String sql, Map<String, @Nullable Object> parameters)
      throws SQLException {
    var events = new ArrayList<Event>();
    parameters.put("most_bytes", MOST_BYTES);
    try (var connection = eventLog.getConnection();
        var read = Sql.prepare(connection, sql, parameters);
        var row = read.executeQuery()) {
      while (row.next()) {
        events.add(Event.of(row));
      }
    }
    return events;
  }
}
