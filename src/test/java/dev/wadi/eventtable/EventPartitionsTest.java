package dev.wadi.eventtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.change.Change;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Event tables that are partitioned by day: made, appended to, carried on, and shortened. */
class EventPartitionsTest {

  private static final LocalDate TODAY = LocalDate.parse("2026-03-10");
  private static final TableName EVENTS = new TableName("public", "my \"Events\"");
  private static final String QUOTED = EVENTS.quoted();
  private static final long ALL_SETTLED = Long.MAX_VALUE;

  private static EmbeddedDatabase database;
  private static CamelJdbc camel;
  private final EventTableAppend append = new EventTableAppend(EVENTS);
  private long lsn = 100;

  @BeforeAll
  static void start() throws Exception {
    database = EmbeddedDatabase.create();
    new WadiSchema(database.dataSource()).migrate();
    camel = new CamelJdbc(database.dataSource());
  }

  @AfterAll
  static void stop() {
    camel.close();
  }

  @BeforeEach
  void createEventTable() throws Exception {
    database.execute("drop table if exists " + QUOTED);
    database.execute("truncate wadi.event_tables, wadi.positions cascade");
    new EventTables(database.dataSource()).create(new EventTableDdl(EVENTS, 3, TODAY));
  }

  static Stream<TableName> names() {
    return Stream.of(
        new TableName("public", "plain"),
        new TableName("public", "quo\"te'd. {table} {partition}"),
        new TableName("public", "журнал событий"),
        new TableName("public", "x".repeat(54)));
  }

  @ParameterizedTest
  @MethodSource("names")
  void script_creates_a_valid_event_table_whatever_its_name(TableName table) throws Exception {
    database.execute(new EventTableDdl(table, 30, TODAY).script());
    var eventTables = new EventTables(database.dataSource());
    eventTables.register(table);

    assertThat(eventTables.problems(table)).isEmpty();
    var listed = eventTables.list().stream().filter(each -> each.table().equals(table)).toList();
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).retentionDays()).isEqualTo(30);
    partitionsAt(TODAY.plusDays(1)).createAhead();
    assertThat(partitionsAt(TODAY).oids(table)).hasSize(6);
  }

  @Test
  void name_without_room_for_those_of_partitions_is_refused() {
    assertThatThrownBy(() -> new EventTableDdl(TableName.parse("x".repeat(55)), null, TODAY))
        .hasMessageContaining("name must be at most 54 bytes long if it is partitioned (got 55)");
  }

  @Test
  void events_are_numbered_densely_whatever_their_day_and_replays_are_dropped() {
    var batch =
        List.of(
            at("2026-03-10T23:59:59.999999Z"),
            at("1969-12-31T00:00:00Z"),
            at("2026-03-11T00:00:00Z"),
            at("2255-01-01T00:00:00Z"),
            at("2026-03-10T23:59:59Z"));

    assertThat(camel.append(append, batch)).isEqualTo(new Appended(5, 0, false, 5));
    assertThat(camel.append(append, batch)).isEqualTo(new Appended(0, 5, false, 5));
    assertThat(days())
        .containsExactly("1|20260310", "2|default", "3|20260311", "4|default", "5|20260310");
  }

  @Test
  void days_to_come_get_their_partitions_while_someone_appends() throws Exception {
    try (var other = database.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table only " + QUOTED + " in row exclusive mode");
      statement.execute("lock table " + partition("20260311") + " in row exclusive mode");
      partitionsAt(TODAY.plusDays(4)).createAhead();
    }
    camel.append(append, List.of(at("2026-03-17T12:00:00Z")));

    assertThat(days()).containsExactly("1|20260317");
    assertThat(indexes("20260317")).isEqualTo(indexes("20260311"));
    assertThat(new EventTables(database.dataSource()).problems(EVENTS)).isEmpty();
  }

  @Test
  void day_whose_events_came_too_early_stays_without_partition() throws Exception {
    camel.append(append, List.of(at("2026-03-14T12:00:00Z")));
    partitionsAt(TODAY.plusDays(2)).createAhead();
    camel.append(append, List.of(at("2026-03-14T13:00:00Z"), at("2026-03-15T13:00:00Z")));

    assertThat(days()).containsExactly("1|default", "2|default", "3|20260315");
  }

  @Test
  void table_in_one_piece_and_partitions_of_others_are_left_alone() throws Exception {
    database.execute("comment on table " + QUOTED + " is 'wadi: event table, retention 1 days'");
    partitionsAt(TODAY.plusYears(1)).createAhead();
    partitionsAt(TODAY.plusYears(1)).dropDue(EVENTS, 1, ALL_SETTLED);

    assertThat(database.number("select count(*) from pg_inherits where inhparent = " + oid()))
        .isEqualTo(6);
  }

  @Test
  void day_is_dropped_once_all_of_it_has_expired() throws Exception {
    camel.append(append, List.of(at("2026-03-09T12:00:00Z"), at("2026-03-10T12:00:00Z")));

    partitionsAt(TODAY.plusDays(2)).dropDue(EVENTS, 3, ALL_SETTLED);
    assertThat(days()).hasSize(2);
    partitionsAt(TODAY.plusDays(3)).dropDue(EVENTS, 3, ALL_SETTLED);
    assertThat(days()).containsExactly("2|20260310");
    assertThat(database.rows("select to_regclass('" + partition("20260309") + "')"))
        .containsExactly("");
    assertThat(camel.append(append, List.of(at("2026-03-09T13:00:00Z"))).lastId()).isEqualTo(3);
  }

  @Test
  void what_is_kept_is_all_from_some_id_on() throws Exception {
    camel.append(
        append,
        List.of(
            at("2026-03-09T23:59:58Z"),
            at("2026-03-10T00:00:00Z"),
            at("2026-03-09T23:59:59Z"),
            at("2026-03-10T00:00:01Z")));

    partitionsAt(TODAY.plusDays(3)).dropDue(EVENTS, 3, ALL_SETTLED);
    assertThat(days()).as("event 2 has not expired").hasSize(4);
    partitions("2026-03-13T00:00:01Z").dropDue(EVENTS, 3, ALL_SETTLED);
    assertThat(days()).containsExactly("4|20260310");
  }

  @Test
  void day_stays_while_a_consumer_has_not_had_it() throws Exception {
    camel.append(append, List.of(at("2026-03-09T12:00:00Z"), at("2026-03-09T12:00:01Z")));

    partitionsAt(TODAY.plusDays(9)).dropDue(EVENTS, 3, 1);
    assertThat(days()).hasSize(2);
    partitionsAt(TODAY.plusDays(9)).dropDue(EVENTS, 3, 2);
    assertThat(days()).isEmpty();
  }

  @Test
  void day_that_is_being_read_stays_for_now() throws Exception {
    camel.append(append, List.of(at("2026-03-09T12:00:00Z")));
    try (var reader = database.connect();
        var statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("lock table " + partition("20260309") + " in access share mode");
      partitionsAt(TODAY.plusDays(9)).dropDue(EVENTS, 3, ALL_SETTLED);
      assertThat(days()).hasSize(1);
      reader.rollback();
    }
    partitionsAt(TODAY.plusDays(9)).dropDue(EVENTS, 3, ALL_SETTLED);
    assertThat(days()).isEmpty();
  }

  @Test
  void day_is_dropped_although_someone_waits_for_the_table_meanwhile() throws Exception {
    camel.append(append, List.of(at("2026-03-09T12:00:00Z")));
    try (var first = database.connect();
        var statement = first.createStatement()) {
      first.setAutoCommit(false);
      statement.execute("lock table only " + QUOTED + " in row exclusive mode");
      var appending = CompletableFuture.runAsync(() -> appendUntilDropped("2026-03-17T12:00:00Z"));
      first.commit();
      Awaitility.await()
          .until(
              () -> {
                partitionsAt(TODAY.plusDays(9)).dropDue(EVENTS, 3, ALL_SETTLED);
                return !hasPartition("20260309");
              });
      appending.join();
    }
    assertThat(days()).isNotEmpty().allMatch(day -> day.endsWith("|default"));
  }

  private void appendUntilDropped(String committedAt) {
    while (hasPartition("20260309")) {
      camel.append(append, List.of(at(committedAt)));
    }
  }

  private static boolean hasPartition(String suffix) {
    return database.holds("select to_regclass('" + partition(suffix) + "') is not null");
  }

  private Change at(String committedAt) {
    var time = Instant.parse(committedAt);
    return TestChange.at(++lsn, 0, time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000);
  }

  private static EventPartitions partitionsAt(LocalDate day) {
    return partitions(day + "T00:00:00Z");
  }

  private static EventPartitions partitions(String now) {
    return new EventPartitions(
        database.dataSource(), Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
  }

  private static String partition(String suffix) {
    return new TableName(EVENTS.schema(), EVENTS.name() + "_" + suffix).quoted();
  }

  private static String oid() {
    return "'" + QUOTED + "'::regclass";
  }

  private static List<String> indexes(String suffix) {
    return database.rows(
        "select regexp_replace(pg_get_indexdef(indexrelid), '.* USING ', '') from pg_index"
            + " where indrelid = '"
            + partition(suffix)
            + "'::regclass order by 1");
  }

  /** The events by id, each with the end of its partition's name. */
  private static List<String> days() {
    return database.rows(
        "select id, regexp_replace(relname, '.*_', '') from "
            + QUOTED
            + " as e join pg_class as c on c.oid = e.tableoid order by id");
  }
}
