package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Database;
import dev.wadi.kit.MeasuredLoad;
import dev.wadi.kit.Quickest;
import dev.wadi.kit.RestartablePostgres;
import dev.wadi.kit.ShiftedClock;
import dev.wadi.kit.TinyDisk;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.kit.WadiProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What can go wrong around a running Wadi: it waits, says so, and goes on by itself with nothing
 * lost. Source and event log are different servers, so that one can fail without the other.
 */
@Tag("slow")
class FaultsIT {

  private static final long SEED = 23;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(12);
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final Duration OUTAGE = Duration.ofSeconds(13);
  private static final int TRANSACTIONS = 100;
  private static final int COPIED_ROWS = 5_000;
  private static final int CUTS = 5;
  private static final String TOKEN = "faults";
  private static final List<Duration> OFFSETS = List.of(Duration.ofDays(9), Duration.ofDays(-2));

  @TempDir private static Path sourceFolder;
  @TempDir private static Path logFolder;
  @TempDir private Path folder;

  private static RestartablePostgres sourceServer;
  private static RestartablePostgres logServer;

  private final Random moments = new Random(SEED);
  private Database source;
  private Database eventLog;
  private MeasuredLoad load;
  private Map<String, String> environment;
  private WadiProcess wadi;

  @BeforeAll
  static void startServers() {
    sourceServer = RestartablePostgres.start(sourceFolder);
    logServer = RestartablePostgres.start(logFolder);
  }

  @AfterAll
  static void stopServers() {
    sourceServer.close();
    logServer.close();
  }

  @BeforeEach
  void prepare() throws IOException {
    source = sourceServer.createDatabase();
    eventLog = logServer.createDatabase();
    load = MeasuredLoad.on(source, eventLog, folder, SEED);
  }

  @AfterEach
  void stop() {
    if (wadi != null) {
      wadi.close();
    }
    load.close();
  }

  @Test
  void an_event_log_that_is_away_for_longer_than_wal_sender_timeout_is_waited_for_calmly()
      throws IOException {
    source.execute("alter database " + source.name() + " set wal_sender_timeout = '10s'");
    start("-Xmx256m", Map.of("WADI_CAPTURE_BACKOFF_MAX_MS", "2000"));
    var writers = load.round(TRANSACTIONS, COPIED_ROWS);
    logServer.stopFast();
    await().atMost(LIMIT).until(() -> wadi.health().waiting());
    long linesBefore = wadi.output().lines().count();
    double failuresBefore = failures();

    await().atMost(LIMIT).pollDelay(OUTAGE).until(() -> wadi.health().waiting());

    assertThat(failures() - failuresBefore).as("attempts").isBetween(1.0, 20.0);
    assertThat(management("/observe/health/live").status()).isEqualTo(200);
    assertThat(management("/observe/health/ready").status()).isEqualTo(503);

    long lines = wadi.output().lines().count() - linesBefore;
    System.out.println("lines logged in " + OUTAGE.toSeconds() + " s without event log: " + lines);
    assertThat(lines).as(wadi.output()).isLessThan(3 * OUTAGE.toSeconds());
    logServer.startAgain();
    wadi.awaitStreaming();
    writers.join();
    load.assertEveryChangeOnce();
  }

  @Test
  void a_full_disk_is_waited_for_until_there_is_room() throws IOException {
    try (var disk = TinyDisk.mounted(logFolder, 256)) {
      eventLog.execute("create tablespace tiny location '" + disk.path() + "'");
      eventLog.execute("alter table order_events set tablespace tiny");
      start("-Xmx256m", Map.of());
      disk.fill();
      load.round(TRANSACTIONS, COPIED_ROWS).join();
      await("the disk is full")
          .atMost(LIMIT)
          .until(() -> wadi.health().body().contains("No space left on device"));
      assertThat(wadi.health().waiting()).isTrue();

      disk.empty();

      wadi.awaitStreaming();
      load.assertEveryChangeOnce();
      wadi.close();
      eventLog.execute("drop table order_events");
      eventLog.execute("drop tablespace tiny");
    }
  }

  @Test
  void connections_that_are_cut_at_any_moment_lose_nothing() throws IOException {
    start("-Xmx256m", Map.of());
    for (int cut = 0; cut < CUTS; cut++) {
      long moment = load.stored() + moments.nextInt(COPIED_ROWS);
      var writers = load.round(TRANSACTIONS, COPIED_ROWS);
      await().atMost(LIMIT).pollInterval(Duration.ofMillis(25)).until(() -> load.stored() > moment);
      cutConnections(source);
      cutConnections(eventLog);
      writers.join();
    }
    wadi.awaitStreaming();
    load.assertEveryChangeOnce();
  }

  @ParameterizedTest
  @CsvSource({"-Xmx128m, 4194304, 60, 1", "-Xmx256m, 67108864, 60, 2"})
  void a_sink_that_hangs_keeps_the_slot_and_a_small_heap(
      String heap, String queueBytes, int rows, int megabytes) throws Exception {
    source.execute("alter database " + source.name() + " set wal_sender_timeout = '10s'");
    start(heap, Map.of("WADI_CAPTURE_QUEUE_BYTES", queueBytes));
    load.round(1, 10).join();
    load.awaitCaughtUp();
    var sender = sender();
    try (var lock = lock("order_events")) {
      assertThat(lock.isClosed()).isFalse();
      source.execute(
          "insert into orders (note) select repeat('0123456789', %d) from generate_series(1, %d)"
              .formatted(megabytes * 100_000, rows));
      await("the sink hangs for longer than the server waits")
          .atMost(LIMIT)
          .pollDelay(Duration.ofSeconds(13))
          .until(() -> sender().equals(sender));
    }
    load.assertEveryChangeOnce();
    assertThat(sender()).as("the same connection").isEqualTo(sender);
    wadi.requireAlive();
  }

  @Test
  void sigterm_while_the_sink_hangs_ends_in_time_and_loses_nothing() throws Exception {
    assertThat(Quickest.of(STOP_LIMIT, this::endWhileTheSinkHangs)).isLessThan(STOP_LIMIT);
    start("-Xmx256m", Map.of());
    load.assertEveryChangeOnce();
  }

  /** How long it takes. */
  private Duration endWhileTheSinkHangs() throws Exception {
    start("-Xmx256m", Map.of());
    try (var lock = lock("order_events")) {
      assertThat(lock.isClosed()).isFalse();
      load.round(TRANSACTIONS, COPIED_ROWS).join();
      long told = System.nanoTime();
      wadi.terminate();
      assertThat(wadi.exitCodeWithin(Duration.ofSeconds(60))).as(wadi.output()).isEqualTo(1);
      return Duration.ofNanos(System.nanoTime() - told);
    }
  }

  @Test
  void a_clock_that_is_set_forward_and_back_loses_and_repeats_nothing() throws IOException {
    var clock = ShiftedClock.ifInstalled(folder);
    assertThat(clock.isPresent() || System.getenv("CI") == null).as("CI has libfaketime").isTrue();
    assumeTrue(clock.isPresent(), "no libfaketime: a clock that is set is not tested");
    var clocked = new HashMap<String, String>();
    clock.get().putInto(clocked);
    clocked.put("WADI_RETENTION_INTERVAL_MS", "500");
    start("-Xmx256m", clocked);
    var table = "{\"table\": \"public.days\", \"retention_days\": 1, \"partitioned\": true}";
    assertThat(api(TOKEN).post("/api/event_tables", table).status()).isEqualTo(201);
    var days = days();
    for (var offset : OFFSETS) {
      var writers = load.round(TRANSACTIONS, COPIED_ROWS);
      clock.get().shift(offset);
      awaitLogOf(LocalDate.now(ZoneOffset.UTC).plusDays(offset.toDays()));
      tryWrongTokens();
      await("the right token works again")
          .atMost(LIMIT)
          .until(() -> api(TOKEN).get("/api/streams").status() == 200);
      awaitRuns("retention");
      awaitRuns("create-partitions");
      assertThat(days()).as("no day is made or dropped").isEqualTo(days);
      writers.join();
      load.awaitCaughtUp();
    }
    wadi.awaitStreaming();
    load.assertEveryChangeOnce();
  }

  private List<String> days() {
    return eventLog.rows(
        "select inhrelid::regclass from pg_inherits where inhparent = 'days'::regclass order by 1");
  }

  /** Until a route has run twice more, so once from beginning to end. */
  private void awaitRuns(String route) {
    int before = runs(route);
    await(route + " runs").atMost(LIMIT).until(() -> runs(route) >= before + 2);
  }

  private int runs(String route) {
    return Integer.parseInt(api(TOKEN).get("/api/routes/" + route).text("/exchanges"));
  }

  /** Gives it something to say until it says it in the new time. */
  private void awaitLogOf(LocalDate day) {
    await("the clock is set to " + day)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              cutConnections(source);
              return wadi.output().contains("\n" + day);
            });
    wadi.awaitStreaming();
  }

  /** Until the one that somebody chose is refused as well, as it could be guessed. */
  private void tryWrongTokens() {
    await("too many wrong tokens")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> api("wrong").get("/api/streams").status() == 429);
  }

  private ApiClient api(String token) {
    return new ApiClient("http://127.0.0.1:" + environment.get("WADI_HTTP_PORT"), token);
  }

  private ApiClient.Reply management(String path) {
    return new ApiClient("http://127.0.0.1:" + environment.get("WADI_MANAGEMENT_PORT"), "")
        .get(path);
  }

  private double failures() {
    return management("/observe/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("wadi_capture_failures_total "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
        .sum();
  }

  private void start(String javaOption, Map<String, String> more) throws IOException {
    environment = WadiEnvironment.of(source, eventLog, load.routes());
    environment.put("WADI_API_TOKEN", TOKEN);
    environment.putAll(more);
    wadi = WadiProcess.start(folder, environment, javaOption).awaitStreaming();
  }

  private static void cutConnections(Database database) {
    database.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
            + " and (application_name ilike 'wadi%' or application_name ilike 'debezium%'"
            + " or pid in (select active_pid from pg_replication_slots))");
  }

  private String sender() {
    return source
        .rows("select active_pid from pg_replication_slots where database = current_database()")
        .get(0);
  }

  /** Holds an event table until it is closed. */
  private Connection lock(String table) throws SQLException {
    var connection = eventLog.connect();
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("lock table " + table);
    }
    return connection;
  }
}
