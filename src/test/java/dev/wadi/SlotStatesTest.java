package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.wadi.capture.Finding;
import dev.wadi.capture.Lsn;
import dev.wadi.capture.SlotWatch;
import dev.wadi.eventtable.Positions;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.RestartablePostgres;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.postgres.ReplicationSlot;
import dev.wadi.postgres.SourceDatabase;
import dev.wadi.postgres.WadiSchema;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;
import org.postgresql.jdbc.PgConnection;

/** What became of a slot is said by name, and capture goes on only if a person accepts the gap. */
@Tag("slow")
class SlotStatesTest {

  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int LAST = 100;

  @TempDir private static Path postgresFolder;
  @TempDir private Path folder;

  private static RestartablePostgres postgres;
  private Database database;
  private RouteFiles routes;
  private Settings settings;
  private String slot;
  private RunningWadi wadi;

  @BeforeAll
  static void startPostgres() {
    postgres = RestartablePostgres.start(postgresFolder);
  }

  @AfterAll
  static void stopPostgres() {
    postgres.close();
  }

  /** A slot and its position as a Wadi leaves them that has read all there was. */
  @BeforeEach
  void prepareSlot() throws Exception {
    database = postgres.createDatabase();
    database.execute("create table orders (id int primary key)");
    Capture.createEventTable(database, "public.events");
    routes = RouteFiles.copiedTo(folder).pipeline("orders", "public.orders", "public.events");
    settings = Settings.load(folder, WadiEnvironment.of(database, routes));
    slot = settings.text(Setting.SLOT);
    new WadiSchema(database.dataSource()).migrate();
    database.execute("create publication wadi for table orders");
    ReplicationSlot.create(database.dataSource(), slot);
    new Positions(database.dataSource(), new SourceDatabase(database.dataSource())::id)
        .save(slot, Lsn.parse(confirmed()));
    database.execute(
        "insert into wadi.captured_tables select '%s', 'public', 'orders', 'orders'::regclass::oid"
            .formatted(slot));
  }

  @AfterEach
  void stopWadi() {
    if (wadi != null) {
      wadi.close();
    }
    var active =
        "exists (select from pg_replication_slots where database = '%s' and active_pid is not null)"
            .formatted(database.name());
    await("Postgres notices that Wadi is gone").until(() -> !postgres.database().holds(active));
    postgres
        .database()
        .execute(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = '%s'"
                .formatted(database.name()));
  }

  @Test
  void a_slot_that_is_read_is_fine_and_cannot_be_made_anew() throws Exception {
    assertThat(status()).startsWith("0\nslot: " + slot + "\nstate: ready\n");
    assertThatThrownBy(() -> recreate(true)).hasMessageContaining("is ready, it has lost nothing");

    wadi = RunningWadi.start(database, routes).awaitStreaming();

    await().atMost(LIMIT).until(() -> status().contains("state: active"));
    assertThat(status())
        .startsWith("0\nslot: " + slot + "\nstate: active\nposition: ")
        .contains("\nplugin: pgoutput\n", "\nsafe_wal_size: ", "\nfailover: yes\n")
        .doesNotContain("active_pid: none");
    assertThatThrownBy(() -> recreate(true))
        .hasMessageContaining("is being read by process")
        .hasMessageContaining("stop the process that reads it");
  }

  @Test
  void a_slot_that_was_dropped_is_missing_until_the_gap_is_accepted() throws Exception {
    var position = position();
    dropSlot();
    insert(2);
    wadi = RunningWadi.start(database, routes);

    awaitState("slot_missing", "Changes after " + position + " are not captured");
    assertThat(status())
        .startsWith("1\nslot: " + slot + "\nstate: missing\nposition: " + position + "\n")
        .contains("wadi slot recreate --accept-gap");
    assertThat(CheckCommand.findings(settings))
        .extracting(Finding::toString)
        .anySatisfy(
            finding ->
                assertThat(finding)
                    .startsWith("error: slot '" + slot + "': does not exist any more"));
    assertThatThrownBy(() -> recreate(false)).hasMessageContaining("--accept-gap");
    assertThat(recreate(true)).contains("after " + position, "backfill");

    awaitGoingOnAfter("missing", position);
    assertThat(stored()).containsExactly(Integer.toString(LAST));
  }

  @Test
  void a_slot_that_postgres_gave_up_is_invalidated_until_the_gap_is_accepted() throws Exception {
    var position = position();
    var main = postgres.database();
    main.execute("alter system set max_slot_wal_keep_size = '1MB'");
    main.execute("select pg_reload_conf()");
    await("the slot is lost").atMost(LIMIT).until(this::writeWalUntilLost);
    main.execute("alter system reset max_slot_wal_keep_size");
    main.execute("select pg_reload_conf()");
    wadi = RunningWadi.start(database, routes);

    awaitState("slot_invalidated", "was given up by Postgres (wal_removed)");
    assertThat(status()).startsWith("1\n").contains("state: invalidated", "wal_status: lost");
    recreate(true);

    awaitGoingOnAfter("invalidated", position);
  }

  @Test
  void a_slot_that_was_made_anew_is_ahead_until_the_gap_is_accepted() throws Exception {
    var position = position();
    dropSlot();
    insert(2);
    database.execute("select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot));
    insert(3);
    wadi = RunningWadi.start(database, routes);

    awaitState("slot_ahead", "Changes after " + position + " and up to ");
    assertThat(status()).startsWith("1\n").contains("state: ahead");
    recreate(true);

    awaitGoingOnAfter("ahead", position);
    assertThat(stored())
        .as("what the new slot holds is not lost too")
        .containsExactly("3", Integer.toString(LAST));
  }

  @Test
  void a_slot_that_somebody_moved_is_ahead_until_the_gap_is_accepted() throws Exception {
    var position = position();
    insert(2);
    database.execute(
        "select pg_replication_slot_advance('%s', pg_current_wal_lsn())".formatted(slot));
    wadi = RunningWadi.start(database, routes);

    awaitState("slot_ahead", "Changes after " + position + " and up to ");
    recreate(true);

    awaitGoingOnAfter("ahead", position);
    assertThat(stored()).containsExactly(Integer.toString(LAST));
  }

  @Test
  void figures_of_a_slot_go_with_it() {
    var watch = new SlotWatch(database.dataSource(), slot);
    watch.look();
    assertThat(watch.last().isNone()).isFalse();

    dropSlot();
    watch.look();

    assertThat(watch.last().isNone()).isTrue();
    assertThat(watch.last().secondsUntilLost()).isNaN();
  }

  @Test
  void a_slot_that_another_wadi_reads_makes_a_healthy_standby() throws Exception {
    try (var reader = reader(ReplicationSlot.READER)) {
      assertThat(reader.getBackendPID()).isPositive();
      wadi = RunningWadi.start(database, routes);
      awaitState("standby", "is being read by process");
      assertThat(wadi.health()).contains("ok=true");
      insert(2);
    }
    wadi.awaitStreaming();
    insert(LAST);
    Capture.awaitCaughtUp(database);
    assertThat(stored()).containsExactly("2", Integer.toString(LAST));
  }

  @Test
  void a_slot_that_a_stranger_reads_is_no_standby() throws Exception {
    try (var reader = reader("pg_recvlogical")) {
      wadi = RunningWadi.start(database, routes);
      awaitState(
          "slot_foreign",
          "is being read by process " + reader.getBackendPID() + " (pg_recvlogical");
      assertThat(wadi.health()).contains("ok=false", "which is no Wadi");
      assertThatThrownBy(() -> recreate(true)).hasMessageContaining("which is no Wadi");
    }
    wadi.awaitStreaming();
  }

  @Test
  void a_slot_of_another_database_is_foreign() throws Exception {
    dropSlot();
    postgres
        .database()
        .execute("select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot));
    wadi = RunningWadi.start(database, routes);

    awaitState("slot_foreign", "choose another name in wadi.slot");
    assertThat(status()).startsWith("1\n").contains("state: foreign");
    assertThatThrownBy(() -> recreate(true)).hasMessageContaining("choose another name");
    postgres.database().execute("select pg_drop_replication_slot('%s')".formatted(slot));
  }

  @Test
  void a_slot_that_sends_what_may_be_rolled_back_is_foreign() throws Exception {
    dropSlot();
    database.execute(
        "select pg_create_logical_replication_slot('%s', 'pgoutput', false, true)".formatted(slot));

    assertThat(status()).startsWith("1\n").contains("state: foreign", "with two_phase");
  }

  @Test
  void a_slot_that_was_never_read_is_made_by_wadi() throws Exception {
    dropSlot();
    database.execute("delete from wadi.positions");

    assertThat(status()).startsWith("0\n").contains("state: new", "position: none");
    assertThatThrownBy(() -> recreate(true)).hasMessageContaining("is new, it has lost nothing");

    wadi = RunningWadi.start(database, routes).awaitStreaming();
    assertThat(status()).startsWith("0\n").doesNotContain("position: none");
    assertThat(gaps()).isEmpty();
  }

  @Test
  void a_table_that_was_made_anew_while_wadi_was_down_leaves_a_gap_that_is_said() throws Exception {
    var position = position();
    database.execute("drop table orders");
    database.execute("create table orders (id int primary key)");
    insert(2);
    wadi = RunningWadi.start(database, routes).awaitStreaming();

    assertThat(gaps()).containsExactly("public.orders|" + position + "|t|table_made_anew");
    await()
        .untilAsserted(
            () ->
                assertThat(wadi.health())
                    .contains("table public.orders: changes after " + position));
    assertThat(wadi.status("orders").warnings())
        .anySatisfy(warning -> assertThat(warning).contains("(table_made_anew)"));
    insert(LAST);
    Capture.awaitCaughtUp(database);
    assertThat(stored()).containsExactly(Integer.toString(LAST));
    wadi.close();
    wadi = RunningWadi.start(database, routes).awaitStreaming();
    assertThat(gaps()).as("noted once").hasSize(1);
  }

  @Test
  void a_table_that_was_made_anew_and_added_before_wadi_died_leaves_the_same_gap()
      throws Exception {
    var position = position();
    database.execute("drop table orders");
    database.execute("create table orders (id int primary key)");
    database.execute("alter publication wadi add table orders");
    wadi = RunningWadi.start(database, routes).awaitStreaming();

    assertThat(gaps()).containsExactly("public.orders|" + position + "|t|table_made_anew");
  }

  @Test
  void a_slot_from_before_the_publication_is_unreadable_until_the_gap_is_accepted()
      throws Exception {
    var position = position();
    database.execute("drop publication wadi");
    insert(2);
    database.execute("create publication wadi for table orders");
    wadi = RunningWadi.start(database, routes);

    awaitState("slot_unreadable", "select pg_drop_replication_slot('" + slot + "')");
    await("it does not look well while it is tried again")
        .during(Duration.ofSeconds(3))
        .atMost(LIMIT)
        .until(() -> wadi.health().contains("capture=slot_unreadable"));
    await("Wadi lets go of the slot between two attempts")
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () -> {
              dropSlot();
              return true;
            });
    awaitState("slot_missing", "Changes after " + position + " are not captured");
    recreate(true);

    awaitGoingOnAfter("missing", position);
    assertThat(stored()).containsExactly(Integer.toString(LAST));
  }

  @Test
  void what_wadi_writes_is_not_captured_again_where_all_tables_are_published() {
    publishAllTables();
    wadi = RunningWadi.start(database, routes).awaitStreaming();
    insert(LAST);
    Capture.awaitCaughtUp(database);
    for (int round = 0; round < 5; round++) {
      database.execute("select pg_logical_emit_message(true, 'test', 'a transaction')");
      Capture.awaitCaughtUp(database);
    }

    assertThat(stored()).containsExactly(Integer.toString(LAST));
    assertThat(wadi.changes()).as("the row and its event").isLessThanOrEqualTo(2);
  }

  @Test
  void a_table_that_is_made_anew_where_all_are_published_leaves_no_gap() throws Exception {
    publishAllTables();
    wadi = RunningWadi.start(database, routes).awaitStreaming();
    database.execute("drop table orders");
    await("it is missed")
        .atMost(LIMIT)
        .until(() -> wadi.health().contains("public.orders: not captured"));

    database.execute("create table orders (id int primary key)");
    insert(LAST);

    await("it is there again")
        .atMost(LIMIT)
        .until(() -> !wadi.health().contains("public.orders: not captured"));
    Capture.awaitCaughtUp(database);
    assertThat(stored()).containsExactly(Integer.toString(LAST));
    assertThat(gaps()).isEmpty();
  }

  private void publishAllTables() {
    database.execute("drop publication wadi");
    database.execute(
        "create publication wadi for all tables with (publish_via_partition_root = true)");
  }

  private void insert(int id) {
    database.execute("insert into orders values (%d) on conflict do nothing".formatted(id));
  }

  private List<String> stored() {
    return database.rows("select record_pk from events order by id");
  }

  private String position() {
    return database.rows("select lsn from wadi.positions").get(0);
  }

  private String confirmed() {
    return database
        .rows(
            "select confirmed_flush_lsn from pg_replication_slots where slot_name = '%s'"
                .formatted(slot))
        .get(0);
  }

  private void dropSlot() {
    database.execute("select pg_drop_replication_slot('%s')".formatted(slot));
  }

  private boolean writeWalUntilLost() {
    var main = postgres.database();
    main.execute("select pg_logical_emit_message(false, 'fill', repeat('x', 1000000))");
    main.execute("select pg_switch_wal()");
    main.execute("checkpoint");
    return database.holds(
        "select wal_status = 'lost' from pg_replication_slots where slot_name = '" + slot + "'");
  }

  private void awaitState(String state, String reason) {
    await(state)
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(wadi.health()).contains("capture=" + state, reason, "reason="));
  }

  /** Wadi, which was left running, needs no restart. */
  private void awaitGoingOnAfter(String reason, String position) throws Exception {
    wadi.awaitStreaming();
    insert(LAST);
    Capture.awaitCaughtUp(database);
    assertThat(gaps()).containsExactly("|" + position + "|t|" + reason);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(wadi.status("orders").warnings())
                    .anySatisfy(
                        warning ->
                            assertThat(warning)
                                .contains("changes after " + position, "POST /api/gaps/")));
    assertThat(status()).startsWith("0\n");
  }

  private List<String> gaps() {
    return database.rows("select source_table, from_lsn, to_lsn > from_lsn, reason from wadi.gaps");
  }

  private String status() throws Exception {
    var out = new ByteArrayOutputStream();
    int code = SlotCommand.status(settings, new PrintStream(out, true, StandardCharsets.UTF_8));
    return code + "\n" + out.toString(StandardCharsets.UTF_8);
  }

  private String recreate(boolean accepted) throws Exception {
    var out = new ByteArrayOutputStream();
    SlotCommand.recreate(settings, accepted, new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Holds the slot. */
  private PgConnection reader(String application) throws Exception {
    var properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("password", "postgres");
    properties.setProperty("replication", "database");
    properties.setProperty("ApplicationName", application);
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "14");
    var url = database.url().replaceFirst("ApplicationName=[^&]*&?", "");
    var connection = new Driver().connect(url, properties).unwrap(PgConnection.class);
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () ->
                connection
                        .getReplicationAPI()
                        .replicationStream()
                        .logical()
                        .withSlotName(slot)
                        .withSlotOption("proto_version", 1)
                        .withSlotOption("publication_names", settings.text(Setting.PUBLICATION))
                        .start()
                    != null);
    return connection;
  }
}
