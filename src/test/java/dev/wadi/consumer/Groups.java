package dev.wadi.consumer;

import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.Row;
import dev.wadi.change.SourceTable;
import dev.wadi.eventtable.EventTableAppend;
import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.eventtable.EventTables;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import dev.wadi.stream.Stream;
import dev.wadi.stream.Streams;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A database with one event table and its stream, and what tests do with it. */
final class Groups {

  static final TableName EVENTS = TableName.parse("events");
  static final SourceTable SOURCE = new SourceTable(16384, "public", "orders");
  static final UUID SOURCE_DATABASE = UUID.fromString("0196fb4e-0000-7000-8000-000000000001");
  private static final int STEADY_MS = 60_000;

  /** How often nothing comes before that is taken for the end, though there is a lag. */
  private static final int LOOKS = 3;

  private static final long NOW_MICROS = 1_760_000_000_000_000L;

  final EmbeddedDatabase database = EmbeddedDatabase.create();
  final Streams streams = new Streams(database.dataSource());
  final EventFilters filters =
      json -> {
        var action = (String) new Row(json).get("action");
        return event -> event.action().equals(action);
      };
  final ConsumerGroups groups = new ConsumerGroups(database.dataSource(), streams, filters);
  private final EventTableAppend append = new EventTableAppend(EVENTS);
  private long number;

  Groups() throws SQLException {
    new WadiSchema(database.dataSource()).migrate();
    new EventTables(database.dataSource()).create(new EventTableDdl(EVENTS, null));
    streams.create(new Stream("orders", EVENTS));
  }

  /** The only process; it serves all groups. */
  Consumers start() throws SQLException {
    return start(Clock.systemUTC(), Limits.DEFAULT);
  }

  Consumers start(Clock clock, Limits limits) throws SQLException {
    var consumers = started(clock, "http://one", limits, STEADY_MS);
    // The server may take a moment to notice that an owner before it is gone.
    for (var each : groups.list()) {
      Awaitility.await(each.name() + " is served")
          .pollInterval(Duration.ofMillis(10))
          .until(() -> isServed(consumers, each.name()));
    }
    return consumers;
  }

  /** A process among others, which loses its groups as soon as one in production does. */
  Consumers startAmongOthers(Clock clock, String url) throws SQLException {
    return started(clock, url, Limits.DEFAULT, OwnerSessions.LEAST_SILENCE_MS);
  }

  Consumers startAmongOthers(String url) throws SQLException {
    return startAmongOthers(Clock.systemUTC(), url);
  }

  private Consumers started(Clock clock, String url, Limits limits, int silenceMs)
      throws SQLException {
    var sessions = new OwnerSessions(database.dataSource(), silenceMs);
    var consumers = new Consumers(sessions, groups, filters, url, clock, limits);
    consumers.start();
    consumers.refresh();
    return consumers;
  }

  static boolean isServed(Consumers consumers, String group) {
    try {
      consumers.status(group);
      return true;
    } catch (NotOwnerException e) {
      return false;
    }
  }

  void create(String name) throws SQLException {
    groups.create(GroupDefinition.of(name, "orders"));
  }

  /** Creates a group, as changed by the caller. */
  void create(UnaryOperator<Definition> change) throws SQLException {
    groups.create(change.apply(new Definition()).build());
  }

  /** Appends one insert per key, in this order. */
  void append(String... keys) throws SQLException {
    try (var connection = database.dataSource().getConnection()) {
      append(connection, List.of(keys));
    }
  }

  /** Appends events, in the transaction of the connection if it has one. */
  void append(Connection connection, List<String> keys) throws SQLException {
    var changes = new ArrayList<Change>();
    keys.forEach(key -> changes.add(change(key)));
    append(connection, append, changes);
  }

  /** One insert of a key; the number of the change is in its record. */
  synchronized Change change(String key) {
    number++;
    return new Change(
        SOURCE,
        number % 2 == 0 ? Action.UPDATE : Action.INSERT,
        key,
        new Row("{\"id\": \"" + key + "\", \"number\": " + number + "}"),
        null,
        List.of(),
        NOW_MICROS + number * 1_000_000,
        number,
        0,
        1,
        null);
  }

  static void append(Connection connection, EventTableAppend append, List<Change> changes)
      throws SQLException {
    boolean stale = true;
    while (stale) {
      var parameters = append.parameters(changes, SOURCE_DATABASE, "wadi", null);
      try (var statement = Sql.prepare(connection, append.sql(), parameters);
          var row = statement.executeQuery()) {
        row.next();
        stale = row.getBoolean("stale");
      }
    }
  }

  /** What a receive that waits long enough gets. */
  static List<Message> receive(Consumers consumers, String group, int batchSize) throws Exception {
    return await(consumers.receive(group, batchSize, 10_000));
  }

  /** Receives until there is nothing for a while, acking everything. */
  static List<Long> drain(Consumers consumers, String group) throws Exception {
    var seqs = new ArrayList<Long>();
    int looks = 0;
    while (looks < LOOKS) {
      var messages = await(consumers.receive(group, 1000, seqs.isEmpty() ? 2_000 : 700));
      if (messages.isEmpty()) {
        looks = consumers.status(group).lag() == 0 ? LOOKS : looks + 1;
        continue;
      }
      looks = 0;
      seqs.addAll(seqs(messages));
      ack(consumers, group, messages);
    }
    return seqs;
  }

  static Collection<Outcome> ack(Consumers consumers, String group, List<Message> messages)
      throws Exception {
    return outcomes(consumers.ack(group, ids(messages)));
  }

  static Collection<Outcome> nack(
      Consumers consumers, String group, List<Message> messages, long delayMs) throws Exception {
    var nacks = messages.stream().map(each -> new Nack(each.ackId(), delayMs, "refused")).toList();
    return outcomes(consumers.nack(group, nacks));
  }

  static Collection<Outcome> outcomes(CompletableFuture<Map<String, Outcome>> future)
      throws Exception {
    return await(future).values();
  }

  static List<String> ids(List<Message> messages) {
    return messages.stream().map(Message::ackId).toList();
  }

  static List<Long> seqs(List<Message> messages) {
    return messages.stream().map(message -> message.event().seq()).toList();
  }

  static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  /** A definition to be changed. */
  static final class Definition {
    String name = "group";
    String filters;
    StartPosition start = StartPosition.BEGINNING;
    int ackWaitMs = 30_000;
    int maxAckPending = 10_000;
    Integer maxDeliver;
    List<String> groupBy = List.of();
    int maxWaiting = 1000;

    Definition name(String value) {
      name = value;
      return this;
    }

    Definition filters(String value) {
      filters = value;
      return this;
    }

    Definition start(StartPosition value) {
      start = value;
      return this;
    }

    Definition ackWaitMs(int value) {
      ackWaitMs = value;
      return this;
    }

    Definition maxAckPending(int value) {
      maxAckPending = value;
      return this;
    }

    Definition maxDeliver(int value) {
      maxDeliver = value;
      return this;
    }

    Definition groupBy(String... value) {
      groupBy = List.of(value);
      return this;
    }

    Definition maxWaiting(int value) {
      maxWaiting = value;
      return this;
    }

    GroupDefinition build() {
      return new GroupDefinition(
          name,
          "orders",
          filters,
          start,
          ackWaitMs,
          maxAckPending,
          maxDeliver,
          groupBy,
          maxWaiting);
    }
  }
}
