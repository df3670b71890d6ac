package dev.wadi.api;

import dev.wadi.change.Action;
import dev.wadi.eventtable.Event;
import dev.wadi.eventtable.EventTables;
import dev.wadi.eventtable.Events;
import dev.wadi.eventtable.RowStates;
import dev.wadi.postgres.SourceTables;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The API's events: an event table page by page, the life of one row, and what rows were. */
public final class EventApi {

  private static final int DEFAULT_LIMIT = 100;
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private final EventTables eventTables;
  private final Events events;
  private final RowStates rowStates;
  private final SourceTables sourceTables;

  /** Who reads or waits to: each takes one of the threads that answer all other calls, too. */
  private final Semaphore readers;

  /**
   * @param connections how many there are to read events by; as many callers may wait for one
   */
  public EventApi(
      EventTables eventTables,
      Events events,
      RowStates rowStates,
      SourceTables sourceTables,
      int connections) {
    this.eventTables = eventTables;
    this.events = events;
    this.rowStates = rowStates;
    this.sourceTables = sourceTables;
    this.readers = new Semaphore(2 * connections);
  }

  /** Events after an id, in id order; or newest first, before an id. */
  public Map<String, Object> list(ApiRequest request) throws SQLException {
    return read(() -> listed(request));
  }

  /** The events of one source row, oldest first. */
  public Map<String, Object> history(ApiRequest request) throws SQLException {
    return read(() -> historyOf(request));
  }

  /** What one source row was at a time; without {@code record_pk} the table's rows, by key. */
  public Map<String, @Nullable Object> asOf(ApiRequest request) throws SQLException {
    request.allow("event_table", "table", "record_pk", "at", "after", "limit");
    var source = Names.tableParameter(request, "table");
    // The captured database is asked before, so that it keeps no reader of events waiting.
    var key = key(source);
    return read(() -> rowsAsOf(request, source, key));
  }

  private interface Reading<T> {
    T read() throws SQLException;
  }

  /**
   * @throws Problem 503 if as many read and wait as may
   */
  private <T> T read(Reading<T> reading) throws SQLException {
    if (!readers.tryAcquire()) {
      throw new Problem(503, "Too many read events at once; try again in a second");
    }
    try {
      return reading.read();
    } finally {
      readers.release();
    }
  }

  private Map<String, Object> listed(ApiRequest request) throws SQLException {
    request.allow(
        "table", "after", "order", "before", "limit", "record_pk", "action", "source_table");
    var table = eventTable(request, "table");
    var filter =
        new Events.Filter(request.parameter("record_pk"), action(request), source(request));
    if (isNewestFirst(request)) {
      long before = request.number("before", Long.MAX_VALUE, 1, Long.MAX_VALUE);
      return Map.of("data", events.before(table, before, limit(request), filter));
    }
    long after = request.number("after", 0, 0, Long.MAX_VALUE);
    return page(after, events.after(table, after, limit(request), filter));
  }

  private Map<String, Object> historyOf(ApiRequest request) throws SQLException {
    request.allow("event_table", "table", "record_pk", "after", "limit");
    var table = Names.tableParameter(request, "table");
    var recordPk = request.required("record_pk");
    long after = request.number("after", 0, 0, Long.MAX_VALUE);
    boolean named = request.parameter("event_table") != null;
    if (!named && eventTables.isEventTable(table)) {
      return page(after, events.history(table, null, recordPk, after, limit(request)));
    }
    var eventTable = named ? eventTable(request, "event_table") : eventTableOf(table);
    return page(after, events.history(eventTable, table, recordPk, after, limit(request)));
  }

  /**
   * @throws Problem 400 unless one event table alone has events of that source table
   */
  private TableName eventTableOf(TableName source) throws SQLException {
    var holding = new ArrayList<TableName>();
    for (var listed : eventTables.list()) {
      if (listed.problems().isEmpty() && events.hold(listed.table(), source)) {
        holding.add(listed.table());
      }
    }
    if (holding.size() != 1) {
      throw Problem.badRequest(
          "Add parameter `event_table`: "
              + (holding.isEmpty() ? "no event table has" : holding + " have")
              + " events of '"
              + source
              + "'");
    }
    return holding.get(0);
  }

  private Map<String, @Nullable Object> rowsAsOf(
      ApiRequest request, TableName source, List<String> key) throws SQLException {
    var at = time(request, "at");
    var eventTable = eventTable(request, "event_table");
    var log = eventTables.bounds(eventTable);
    var question = new RowStates.Question(eventTable, source, at, key);
    var recordPk = request.query().get("record_pk");
    var answer = new LinkedHashMap<String, @Nullable Object>();
    if (recordPk != null) {
      refuseCursor(request);
      answer.put("data", rowStates.of(question, recordPk));
    } else {
      var page = rowStates.page(question, request.query().get("after"), limit(request));
      answer.put("data", page.rows());
      answer.put("next_after", page.nextAfter());
    }
    answer.put("log", log);
    return answer;
  }

  private static void refuseCursor(ApiRequest request) {
    for (var parameter : List.of("after", "limit")) {
      if (request.query().containsKey(parameter)) {
        throw Problem.badRequest("Parameter `" + parameter + "` has no meaning with `record_pk`");
      }
    }
  }

  /** The source may be away or the table gone; the answer then says what it cannot know. */
  private List<String> key(TableName source) {
    try {
      return sourceTables.key(source);
    } catch (SQLException e) {
      return List.of();
    }
  }

  private static Instant time(ApiRequest request, String parameter) {
    var text = request.required(parameter);
    try {
      var time = OffsetDateTime.parse(text).toInstant();
      if (!time.isBefore(EARLIEST) && time.isBefore(LATEST)) {
        return time;
      }
    } catch (DateTimeParseException e) {
      // Refused below, like a time that timestamptz cannot hold.
    }
    throw Problem.badRequest(
        "Invalid `"
            + parameter
            + "`. `"
            + parameter
            + "` must be a time with offset, such as 2026-01-31T12:00:00Z; write + as %2B.");
  }

  /**
   * @throws Problem 400 for an order there is not, or an end of the page that belongs to the other
   */
  private static boolean isNewestFirst(ApiRequest request) {
    var order = request.parameter("order");
    boolean isNewest = "newest".equals(order);
    if (order != null && !isNewest && !order.equals("oldest")) {
      throw Problem.badRequest("Invalid `order`. `order` must be oldest or newest.");
    }
    var other = isNewest ? "after" : "before";
    if (request.parameter(other) != null) {
      throw Problem.badRequest(
          "Parameter `"
              + other
              + "` has no meaning with order "
              + (isNewest ? "newest" : "oldest"));
    }
    return isNewest;
  }

  private TableName eventTable(ApiRequest request, String parameter) throws SQLException {
    var table = Names.tableParameter(request, parameter);
    if (!eventTables.isEventTable(table)) {
      throw new Problem(404, "Not found: '" + table + "' is not an event table");
    }
    return table;
  }

  private static Map<String, Object> page(long after, List<Event> found) {
    var page = new LinkedHashMap<String, Object>();
    page.put("data", found);
    page.put("next_after", found.isEmpty() ? after : found.get(found.size() - 1).id());
    return page;
  }

  private static int limit(ApiRequest request) {
    return (int) request.number("limit", DEFAULT_LIMIT, 1, Events.MAX_LIMIT);
  }

  private static @Nullable String action(ApiRequest request) {
    var action = request.parameter("action");
    try {
      return action == null ? null : Action.parse(action).toString();
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable TableName source(ApiRequest request) {
    return request.parameter("source_table") == null
        ? null
        : Names.tableParameter(request, "source_table");
  }
}
