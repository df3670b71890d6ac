package dev.wadi.consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import dev.wadi.stream.EventReader;
import dev.wadi.stream.Stream;
import dev.wadi.stream.Streams;
import dev.wadi.stream.ValidationException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The consumer groups of the event-log database, as they are stored. */
public final class ConsumerGroups {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIST = Sql.load("consumer/list");

  private final DataSource database;
  private final Streams streams;
  private final EventFilters filters;

  /**
   * @param filters says whether filters are fit to be stored
   */
  public ConsumerGroups(DataSource database, Streams streams, EventFilters filters) {
    this.database = database;
    this.streams = streams;
    this.filters = filters;
  }

  /**
   * Stores a new group; where it starts is decided now.
   *
   * @throws ValidationException if the name is taken, there is no such stream, its event table
   *     cannot be read, or the filters or the group columns are not fit
   */
  public void create(GroupDefinition definition) throws SQLException {
    Stream.requireAddressable(definition.name());
    var stream =
        streams
            .find(definition.stream())
            .orElseThrow(() -> ValidationException.of("stream", "does not exist"));
    if (definition.filters() != null) {
      filters.read(definition.filters());
    }
    try (var connection = database.getConnection()) {
      long cursor = cursorFor(connection, stream.table(), definition.start());
      connection.setAutoCommit(false);
      int id = insert(connection, definition);
      execute(connection, forLedger(Sql.load("consumer/create_ledger"), id), Map.of());
      var first = forLedger(Sql.load("consumer/first_snapshot"), id);
      execute(connection, first, Map.of("cursor", cursor));
      connection.commit();
    }
  }

  /** All groups, by name. */
  public List<ConsumerGroup> list() throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(LIST);
        var rows = statement.executeQuery()) {
      var groups = new ArrayList<ConsumerGroup>();
      while (rows.next()) {
        groups.add(group(rows));
      }
      return groups;
    }
  }

  /** The group of that name, if there is one. */
  public Optional<ConsumerGroup> find(String name) throws SQLException {
    return list().stream().filter(group -> group.name().equals(name)).findFirst();
  }

  /**
   * The seq up to which a group has settled everything, as it is written down: its owner, whichever
   * process that is, may be some milliseconds ahead.
   */
  public long settled(ConsumerGroup group) throws SQLException {
    var sql = forLedger(Sql.load("consumer/settled"), group.id());
    try (var connection = database.getConnection();
        var statement = Sql.prepare(connection, sql, Map.of("group", group.id()));
        var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Changes {@code ack_wait_ms}, {@code max_ack_pending}, {@code max_deliver} and {@code
   * max_waiting}.
   *
   * @throws UnknownGroupException if there is no such group
   * @throws ValidationException if stream, filters, group columns or start differ: what was settled
   *     under the old ones would mean nothing under the new ones
   */
  public void update(GroupDefinition definition) throws SQLException {
    var old =
        find(definition.name())
            .orElseThrow(() -> new UnknownGroupException(definition.name()))
            .definition();
    requireSame("stream", old.stream(), definition.stream());
    requireSame("filters", json(old.filters()), json(definition.filters()));
    requireSame("group_by", old.groupBy(), definition.groupBy());
    requireSame("start", old.start(), definition.start());
    try (var connection = database.getConnection()) {
      execute(connection, Sql.load("consumer/update"), parameters(definition));
    }
  }

  /**
   * Stops or lets go on what is handed out.
   *
   * @throws UnknownGroupException if there is no such group
   */
  public void setPaused(String name, boolean paused) throws SQLException {
    try (var connection = database.getConnection()) {
      var parameters = Map.<String, @Nullable Object>of("name", name, "paused", paused);
      if (execute(connection, Sql.load("consumer/pause"), parameters) == 0) {
        throw new UnknownGroupException(name);
      }
    }
  }

  /**
   * Deletes a group with its progress.
   *
   * @return whether it was there
   */
  public boolean delete(String name) throws SQLException {
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (var statement =
              Sql.prepare(connection, Sql.load("consumer/delete"), Map.of("name", name));
          var row = statement.executeQuery()) {
        if (!row.next()) {
          return false;
        }
        execute(connection, forLedger(Sql.load("consumer/drop_ledger"), row.getInt(1)), Map.of());
      }
      connection.commit();
      return true;
    }
  }

  /**
   * Dead letters, by seq.
   *
   * @param after only those with a higher seq
   * @param most 1 to 1,000
   */
  public List<DeadLetter> dead(ConsumerGroup group, long after, int most) throws SQLException {
    var parameters = Map.<String, Object>of("group", group.id(), "after", after, "most", most);
    try (var connection = database.getConnection();
        var statement = Sql.prepare(connection, Sql.load("consumer/dead"), parameters);
        var rows = statement.executeQuery()) {
      var letters = new ArrayList<DeadLetter>();
      while (rows.next()) {
        letters.add(
            new DeadLetter(
                rows.getLong("seq"),
                rows.getInt("attempts"),
                rows.getString("last_error"),
                rows.getTimestamp("redriven_at") != null,
                rows.getTimestamp("died_at").toInstant()));
      }
      return letters;
    }
  }

  /** How many dead letters a group has. */
  public long countDead(ConsumerGroup group) throws SQLException {
    try (var connection = database.getConnection();
        var statement =
            Sql.prepare(connection, Sql.load("consumer/count_dead"), Map.of("group", group.id()));
        var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** How many dead letters there are, by the group's id; groups without any are not in it. */
  public Map<Integer, Long> countDead() throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(Sql.load("consumer/count_all_dead"));
        var rows = statement.executeQuery()) {
      var counts = new HashMap<Integer, Long>();
      while (rows.next()) {
        counts.put(rows.getInt(1), rows.getLong(2));
      }
      return counts;
    }
  }

  /**
   * The same place as a seq if it is a time: to look for one can take longer than a session may be
   * silent that serves a group.
   *
   * @throws ValidationException if it is yet to come, or the event table cannot be read
   */
  public StartPosition located(ConsumerGroup group, StartPosition start) throws SQLException {
    try (var connection = database.getConnection()) {
      long cursor = cursorFor(connection, group.table(), start);
      return start.time() == null ? start : StartPosition.from(cursor + 1);
    }
  }

  /**
   * The seq before the first that a group delivers which starts there.
   *
   * @throws ValidationException if that is yet to come, or the event table cannot be read
   */
  static long cursorFor(Connection connection, TableName table, StartPosition start)
      throws SQLException {
    try {
      return readCursor(connection, table, start);
    } catch (SQLException e) {
      throw refused(table, e);
    }
  }

  /** The failure itself unless it is one of the table. */
  private static SQLException refused(TableName table, SQLException failure) {
    return switch (String.valueOf(failure.getSQLState())) {
      case "42P01", "3F000" ->
          throw unreadable(table, "is not there; make it again or delete the stream");
      case "42501" -> throw unreadable(table, "Wadi's role may not read; run: wadi grants");
      default -> failure;
    };
  }

  private static ValidationException unreadable(TableName table, String why) {
    return ValidationException.of("stream", "reads event table '" + table + "', which " + why);
  }

  private static long readCursor(Connection connection, TableName table, StartPosition start)
      throws SQLException {
    var reader = new EventReader(table, List.of());
    var seq = start.seq();
    var time = start.time();
    if (time != null) {
      return reader.firstCommittedAfter(connection, time) - 1;
    }
    long newest = reader.highWater(connection);
    // Whatever the start is: a group that cannot read its table would be served by nobody.
    var oldest = reader.floor(connection);
    if (seq != null) {
      requireReached(seq, newest);
      return Math.max(0, seq - 1);
    }
    long end = newest + 1;
    return (start.position().equals("end") ? end : oldest.orElse(end)) - 1;
  }

  private static void requireReached(long seq, long newest) {
    if (seq > newest + 1) {
      throw ValidationException.of(
          "start",
          "value must be at most the next seq, which is %d (got %d); to wait for it start at the end"
              .formatted(newest + 1, seq));
    }
  }

  /** Puts the name of a group's ledger where a statement says {@code {ledger}}. */
  static String forLedger(String sql, int group) {
    return sql.replace("{ledger}", "wadi.group_ledger_" + group);
  }

  private static int insert(Connection connection, GroupDefinition definition) throws SQLException {
    try (var statement =
            Sql.prepare(connection, Sql.load("consumer/create"), parameters(definition));
        var row = statement.executeQuery()) {
      if (!row.next()) {
        throw ValidationException.of("name", "has already been taken");
      }
      return row.getInt(1);
    }
  }

  private static Map<String, @Nullable Object> parameters(GroupDefinition definition) {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("name", definition.name());
    parameters.put("stream", definition.stream());
    parameters.put("filters", definition.filters());
    parameters.put("start_position", definition.start().position());
    parameters.put("start_value", definition.start().value());
    parameters.put("ack_wait_ms", definition.ackWaitMs());
    parameters.put("max_ack_pending", definition.maxAckPending());
    parameters.put("max_deliver", definition.maxDeliver());
    parameters.put("group_by", definition.groupBy().toArray(String[]::new));
    parameters.put("max_waiting", definition.maxWaiting());
    return parameters;
  }

  private static ConsumerGroup group(ResultSet row) throws SQLException {
    var definition =
        new GroupDefinition(
            row.getString("name"),
            row.getString("stream"),
            row.getString("filters"),
            new StartPosition(row.getString("start_position"), row.getString("start_value")),
            row.getInt("ack_wait_ms"),
            row.getInt("max_ack_pending"),
            row.getObject("max_deliver", Integer.class),
            List.of((String[]) row.getArray("group_by").getArray()),
            row.getInt("max_waiting"));
    return new ConsumerGroup(
        row.getInt("id"),
        definition,
        TableName.parse(row.getString("event_table")),
        row.getBoolean("paused"),
        row.getBoolean("owned"),
        row.getObject("owner_process", UUID.class),
        row.getString("owner_url"));
  }

  private static JsonNode json(@Nullable String text) {
    try {
      return JSON.readTree(text == null ? "null" : text);
    } catch (JsonProcessingException e) {
      throw ValidationException.of("filters", "must be JSON");
    }
  }

  private static void requireSame(String field, @Nullable Object old, @Nullable Object wanted) {
    if (!Objects.equals(old, wanted)) {
      throw ValidationException.of(field, "cannot be changed; create another consumer group");
    }
  }

  private static int execute(
      Connection connection, String sql, Map<String, @Nullable Object> parameters)
      throws SQLException {
    try (var statement = Sql.prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    }
  }
}
