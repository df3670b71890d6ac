package dev.wadi.eventtable;

import static dev.wadi.eventtable.TestChange.inserts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.wadi.change.Change;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EventTableAppendConcurrencyTest {

  private static final TableName EVENTS = TableName.parse("events");
  private static final String IDS = "select id, record_pk from events order by id";

  private static EmbeddedDatabase database;
  private static CamelJdbc camel;
  private static ExecutorService writers;

  private final EventTableAppend append = new EventTableAppend(EVENTS);

  @BeforeAll
  static void start() throws Exception {
    database = EmbeddedDatabase.create();
    new WadiSchema(database.dataSource()).migrate();
    camel = new CamelJdbc(database.dataSource());
    writers = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void stop() {
    writers.shutdownNow();
    camel.close();
  }

  @BeforeEach
  void createEventTable() throws Exception {
    database.execute("drop table if exists events");
    database.execute("truncate wadi.event_tables, wadi.positions cascade");
    new EventTables(database.dataSource()).create(new EventTableDdl(EVENTS, null));
  }

  @Test
  void writer_that_waited_while_another_appended_is_stale_and_does_nothing() throws Exception {
    var holder = holdFence();
    var one = inBackground(inserts(1, 5), 10L);
    awaitWriters(1);
    var two = inBackground(inserts(1, 5), 20L);
    awaitWriters(2);
    release(holder);

    var results = List.of(one.get(), two.get());
    assertThat(results)
        .containsExactlyInAnyOrder(new Appended(5, 0, false, 5), new Appended(0, 0, true, 0));
    assertThat(database.rows(IDS)).hasSize(5);
    String first = one.get().stale() ? "0/14" : "0/A";
    assertThat(database.rows("select lsn from wadi.positions")).containsExactly(first);

    assertThat(camel.append(append, inserts(1, 5), 20L)).isEqualTo(new Appended(0, 5, false, 5));
    assertThat(database.rows("select lsn from wadi.positions")).containsExactly("0/14");
  }

  @Test
  void writer_that_waited_for_nothing_is_not_stale() throws Exception {
    var holder = holdFence();
    var waiting = inBackground(inserts(1, 5), null);
    awaitWriters(1);
    release(holder);

    assertThat(waiting.get()).isEqualTo(new Appended(5, 0, false, 5));
  }

  @Test
  void append_that_is_rolled_back_leaves_no_hole_and_makes_nobody_stale() throws Exception {
    try (var first = transaction()) {
      assertThat(append(first, inserts(1, 5))).isEqualTo(new Appended(5, 0, false, 5));
      var waiting = inBackground(inserts(4, 6), null);
      awaitWriters(1);
      first.rollback();

      assertThat(waiting.get()).isEqualTo(new Appended(3, 0, false, 3));
    }
    assertThat(database.rows(IDS)).containsExactly("1|pk1004", "2|pk1005", "3|pk1006");
  }

  @Test
  void append_that_commits_while_another_waits_makes_it_stale_even_with_other_changes()
      throws Exception {
    try (var first = transaction()) {
      append(first, inserts(1, 2));
      var waiting = inBackground(inserts(3, 4), null);
      awaitWriters(1);
      first.commit();

      assertThat(waiting.get().stale()).isTrue();
    }
    assertThat(camel.append(append, inserts(3, 4)).lastId()).isEqualTo(4);
  }

  @Test
  void append_that_only_dropped_replays_makes_nobody_stale() throws Exception {
    camel.append(append, inserts(1, 2));
    try (var first = transaction()) {
      append(first, inserts(1, 2));
      var waiting = inBackground(inserts(1, 3), null);
      awaitWriters(1);
      first.commit();

      assertThat(waiting.get()).isEqualTo(new Appended(1, 2, false, 3));
    }
  }

  @Test
  void fence_row_that_vanishes_while_a_writer_waits_is_reported() throws Exception {
    try (var other = transaction()) {
      execute(other, "delete from wadi.event_tables");
      var waiting = inBackground(inserts(1, 2), null);
      awaitWriters(1);
      other.commit();

      assertThatThrownBy(waiting::get)
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("must be registered");
    }
    assertThat(database.rows(IDS)).isEmpty();
  }

  @Test
  void snapshot_that_outlives_the_statement_fails_instead_of_repeating_events() throws Exception {
    try (var old = transaction()) {
      execute(old, "set transaction isolation level repeatable read");
      execute(old, "select 1");
      camel.append(append, inserts(1, 2));

      assertThatThrownBy(() -> append(old, inserts(1, 2)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("could not serialize");
    }
  }

  @Tag("slow")
  @Test
  void many_writers_with_the_same_changes_store_each_once_and_ids_are_always_dense()
      throws Exception {
    var stop = new CompletableFuture<Boolean>();
    var reader = writers.submit(() -> countHoles(stop));
    var all = new ArrayList<Future<?>>();
    for (int writer = 0; writer < 4; writer++) {
      int step = 3 + writer;
      all.add(writers.submit(() -> appendAll(step)));
    }
    for (var writer : all) {
      writer.get();
    }
    stop.complete(true);

    assertThat(reader.get()).isZero();
    assertThat(
            database.rows(
                "select count(*), max(id), min(id), count(distinct source_lsn) from events"))
        .containsExactly("200|200|1|200");
  }

  private int appendAll(int step) {
    int repeated = 0;
    for (int from = 1; from <= 200; from += step) {
      var changes = inserts(from, Math.min(200, from + step - 1));
      while (camel.append(append, changes).stale()) {
        repeated++;
      }
    }
    return repeated;
  }

  private int countHoles(CompletableFuture<Boolean> stop) {
    int holes = 0;
    while (!stop.isDone()) {
      holes +=
          Integer.parseInt(
              database.rows("select coalesce(max(id), 0) - count(id) from events").get(0));
    }
    return holes;
  }

  private Future<Appended> inBackground(List<Change> changes, @Nullable Long position) {
    return writers.submit(() -> camel.append(append, changes, position));
  }

  private Appended append(Connection connection, List<Change> changes) throws SQLException {
    var parameters = append.parameters(changes, CamelJdbc.SOURCE, "wadi", null);
    try (var statement = Sql.prepare(connection, append.sql(), parameters);
        var row = statement.executeQuery()) {
      row.next();
      return new Appended(
          row.getInt("appended"),
          row.getInt("dropped"),
          row.getBoolean("stale"),
          row.getLong("last_id"));
    }
  }

  private static Connection holdFence() throws SQLException {
    var connection = transaction();
    execute(connection, "select from wadi.event_tables for update");
    return connection;
  }

  private static void release(Connection holder) throws SQLException {
    holder.commit();
    holder.close();
  }

  private static Connection transaction() throws SQLException {
    var connection = database.dataSource().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void awaitWriters(int count) {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                database.rows(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                        + " and datname = current_database()"),
            waiting -> waiting.equals(List.of(Integer.toString(count))));
  }
}
