package dev.wadi.stream;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** Reads events of one event table for one consumer group. */
public final class EventReader {

  private static final String HIGH_WATER = Sql.load("stream/high_water");
  private static final String FLOOR = Sql.load("stream/floor");
  private static final String IS_PAST = Sql.load("stream/is_past");
  private static final String COMMITTED_AT = Sql.load("stream/committed_at");
  private static final String FIRST_COMMITTED_AFTER = Sql.load("stream/first_committed_after");
  private static final String FIRST_OF_COMMITTED_AFTER =
      Sql.load("stream/first_of_committed_after");
  private static final String BYTES = Sql.load("stream/stored_bytes").strip();
  private static final String RECORD_PK = "record_pk";
  private static final String SAME_RECORD_PK =
      "source_table_oid = wanted.table_oid and record_pk = wanted.key"
          + " and source_database_id = wanted.database_id";
  private static final String COLUMNS =
      "(select jsonb_agg(record -> name order by place)::text"
          + " from unnest(:?group_by::text[]) with ordinality as named (name, place))";

  /** What one reading brings at most, beyond its first event, as it is stored. */
  public static final int MOST_BYTES = 4 << 20;

  /** Events of a key are wanted from a seq on. */
  public record KeyRange(EventKey key, long first, int limit) {}

  /**
   * What was read of a key.
   *
   * @param through there is nothing else from the range's first seq up to this one
   */
  public record KeyEvents(KeyRange range, List<StreamEvent> events, long through) {}

  private final TableName table;
  private final String[] groupBy;
  private final String range;
  private final String seqs;
  private final String keys;

  /**
   * @param groupBy columns of {@code record}; empty for source database, source table and key
   */
  public EventReader(TableName table, List<String> groupBy) {
    this.table = table;
    this.groupBy = groupBy.toArray(String[]::new);
    this.range = statement("stream/read_range");
    this.seqs = statement("stream/read_seqs");
    this.keys = statement("stream/read_keys");
  }

  /**
   * The seq of the newest event: it and all below are visible to the next statement.
   *
   * @throws IllegalStateException if the event table is not registered
   */
  public long highWater(Connection connection) throws SQLException {
    try (var statement =
            Sql.prepare(connection, HIGH_WATER, Map.of("event_table", table.toString()));
        var row = statement.executeQuery()) {
      if (!row.next()) {
        throw new IllegalStateException(
            "event table '" + table + "': must be registered; start its pipeline again");
      }
      return row.getLong(1);
    }
  }

  /** The seq of the oldest event that retention has kept; empty if there is none. */
  public OptionalLong floor(Connection connection) throws SQLException {
    return number(connection, Sql.forTable(FLOOR, table), Map.of());
  }

  /**
   * The events from one seq to another, both included, as far as they are there; of large ones only
   * the first, about {@link #MOST_BYTES}.
   */
  public List<StreamEvent> range(Connection connection, long first, long last) throws SQLException {
    return read(
        connection,
        range,
        Map.of("first", first, "last", last, "most_bytes", MOST_BYTES, "group_by", groupBy));
  }

  /** Single events, as far as they are there. */
  public List<StreamEvent> at(Connection connection, Collection<Long> wanted) throws SQLException {
    long[] numbers = wanted.stream().mapToLong(Long::longValue).toArray();
    return read(connection, seqs, Map.of("seqs", numbers, "group_by", groupBy));
  }

  /** Puts what an event takes as it is stored where a statement says {@code {bytes}}. */
  public static String withBytes(String sql) {
    return sql.replace("{bytes}", BYTES);
  }

  /** Whether keys are columns of {@code record}, for which there may be no index. */
  public boolean isGroupedByColumns() {
    return groupBy.length > 0;
  }

  /**
   * The next events of each key, in the order of the keys. Of large events only the first are read,
   * about {@link #MOST_BYTES}: keys that were not come to are left out, never the first.
   *
   * @param last highest seq to look at
   * @param span how many seqs of each key to look at, at most
   */
  public List<KeyEvents> ofKeys(Connection connection, List<KeyRange> wanted, long last, long span)
      throws SQLException {
    var parameters = new HashMap<String, Object>();
    parameters.put("databases", texts(wanted, each -> each.key().databaseId().toString()));
    parameters.put("table_oids", wanted.stream().mapToLong(e -> e.key().tableOid()).toArray());
    parameters.put("keys", texts(wanted, each -> each.key().text()));
    parameters.put("firsts", wanted.stream().mapToLong(KeyRange::first).toArray());
    parameters.put("lasts", wanted.stream().mapToLong(each -> end(each, last, span)).toArray());
    parameters.put("limits", wanted.stream().mapToInt(KeyRange::limit).toArray());
    parameters.put("most_bytes", MOST_BYTES);
    parameters.put("group_by", groupBy);
    var found = new ArrayList<List<StreamEvent>>();
    int cutAt = wanted.size();
    try (var statement = Sql.prepare(connection, keys, parameters);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        int place = rows.getInt(1);
        while (found.size() < place) {
          found.add(new ArrayList<>());
        }
        found.get(place - 1).add(event(rows, 1));
        cutAt = rows.getLong(16) < MOST_BYTES ? wanted.size() : place - 1;
      }
    }
    var read = new ArrayList<KeyEvents>();
    for (int place = 0; place < Math.min(wanted.size(), cutAt + 1); place++) {
      var range = wanted.get(place);
      var events = place < found.size() ? found.get(place) : List.<StreamEvent>of();
      boolean ended = place < cutAt && events.size() < range.limit();
      long through = ended ? end(range, last, span) : events.get(events.size() - 1).seq();
      read.add(new KeyEvents(range, events, through));
    }
    return read;
  }

  private static long end(KeyRange range, long last, long span) {
    return Math.min(last, span > last ? last : range.first() + span - 1);
  }

  /**
   * The seq of the first event committed at or after a time; one past the newest if none was.
   *
   * @throws ValidationException if the time has not come: events may yet be committed before it
   */
  public long firstCommittedAfter(Connection connection, Instant at) throws SQLException {
    requirePast(connection, at);
    long end = highWater(connection) + 1;
    long floor = floor(connection).orElse(end);
    long guess = guess(connection, floor, end, at);
    var near = guess - floor < end - guess ? FIRST_COMMITTED_AFTER : FIRST_OF_COMMITTED_AFTER;
    var sql = Sql.forTable(near, table);
    var parameters = new HashMap<String, Object>(Map.of("at", at.toString()));
    if (near.equals(FIRST_COMMITTED_AFTER)) {
      parameters.put("floor", floor);
    }
    return number(connection, sql, parameters).orElse(end);
  }

  /**
   * About where it is, to read the shorter side: changes that were kept or come from another
   * database may be committed long before their neighbours.
   */
  private long guess(Connection connection, long floor, long end, Instant at) throws SQLException {
    long low = floor;
    long high = end;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (isCommittedBefore(connection, middle, at)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void requirePast(Connection connection, Instant at) throws SQLException {
    try (var statement = Sql.prepare(connection, IS_PAST, Map.of("at", at.toString()));
        var row = statement.executeQuery()) {
      row.next();
      if (!row.getBoolean(1)) {
        throw ValidationException.of(
            "start", "value must not be in the future (got " + at + "); start at the end instead");
      }
    }
  }

  private boolean isCommittedBefore(Connection connection, long seq, Instant at)
      throws SQLException {
    var sql = Sql.forTable(COMMITTED_AT, table);
    try (var statement = Sql.prepare(connection, sql, Map.of("seq", seq));
        var row = statement.executeQuery()) {
      return row.next() && row.getTimestamp(1).toInstant().isBefore(at);
    }
  }

  private List<StreamEvent> read(Connection connection, String sql, Map<String, Object> parameters)
      throws SQLException {
    try (var statement = Sql.prepare(connection, sql, parameters);
        var rows = statement.executeQuery()) {
      var events = new ArrayList<StreamEvent>();
      while (rows.next()) {
        events.add(event(rows, 0));
      }
      return events;
    }
  }

  private StreamEvent event(ResultSet row, int before) throws SQLException {
    var databaseId = row.getObject(before + 2, UUID.class);
    long tableOid = row.getLong(before + 3);
    String text = row.getString(before + 14);
    boolean byRow = groupBy.length == 0;
    return new StreamEvent(
        row.getLong(before + 1),
        databaseId,
        tableOid,
        row.getString(before + 4),
        row.getString(before + 5),
        row.getString(before + 6),
        row.getString(before + 7),
        row.getString(before + 8),
        row.getString(before + 9),
        row.getLong(before + 10),
        row.getString(before + 11),
        row.getInt(before + 12),
        row.getString(before + 13),
        byRow
            ? new EventKey(databaseId, tableOid, text)
            : new EventKey(EventKey.NO_DATABASE, 0, text));
  }

  /** Names of columns are put in last, for they may look like anything. */
  private String statement(String name) {
    boolean byRow = groupBy.length == 0;
    var sql = withBytes(Sql.load(name)).replace("{key}", byRow ? RECORD_PK : COLUMNS);
    return Sql.forTable(sql, table)
        .replace("{same_key}", byRow ? SAME_RECORD_PK : sameColumns(groupBy));
  }

  /**
   * Each column is compared by an expression that an index can be on. To jsonb 1 is 1.0, so the key
   * is compared as well.
   */
  private static String sameColumns(String[] columns) {
    var same = new StringBuilder();
    for (int place = 0; place < columns.length; place++) {
      same.append("coalesce(record -> (%s), 'null')".formatted(literal(columns[place])))
          .append(" = wanted.key::jsonb -> ")
          .append(place)
          .append(" and ");
    }
    return same + COLUMNS + " = wanted.key";
  }

  /** In one piece ':?' would be taken for a parameter. */
  private static String literal(String text) {
    return "'" + text.replace("'", "''").replace(":?", ":' || '?") + "'";
  }

  private static OptionalLong number(
      Connection connection, String sql, Map<String, Object> parameters) throws SQLException {
    try (var statement = Sql.prepare(connection, sql, parameters);
        var row = statement.executeQuery()) {
      row.next();
      long number = row.getLong(1);
      return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
    }
  }

  private static String[] texts(
      List<KeyRange> ranges, java.util.function.Function<KeyRange, String> text) {
    return ranges.stream().map(text).toArray(String[]::new);
  }
}
