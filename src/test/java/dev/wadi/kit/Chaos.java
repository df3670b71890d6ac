package dev.wadi.kit;

import static org.awaitility.Awaitility.await;

import dev.wadi.kit.ReferenceLog.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Two Wadis, two servers and a steady load, to which a seeded schedule of faults happens; then
 * everything is compared with what was written.
 */
public final class Chaos implements AutoCloseable {

  private static final Duration HEALING_LIMIT = Duration.ofSeconds(120);
  private static final Duration ENDING_LIMIT = Duration.ofSeconds(15);
  private static final Duration DRAINING_LIMIT = Duration.ofMinutes(5);
  private static final String TOKEN = "chaos";
  private static final int PROCESSES = 2;
  private static final int DISK_MEGABYTES = 500;

  private static final int LINES = 60;

  /** Together a good part of a Wadi's heap. */
  private static final int MEGABYTE_ROWS = 20;

  /** A Wadi's clock is set so many days from the time that it is, at most. */
  private static final int CLOCK_DAYS = 30;

  /** What can happen. */
  public enum Fault {
    KILL,
    TERMINATE,
    FREEZE,
    STOP_SOURCE,
    CRASH_SOURCE,
    STOP_LOG,
    CRASH_LOG,
    CUT_CONNECTIONS,
    LOCK_EVENT_TABLE,
    LARGE_TRANSACTION,
    LARGE_ROWS,
    POISONED_ROW,
    FULL_DISK,
    CLOCK_JUMP
  }

  private final Path folder;
  private final long seed;
  private final Random random;
  private final RestartablePostgres sourceServer;
  private final RestartablePostgres logServer;
  private final Database source;
  private final Database eventLog;
  private final MeasuredLoad load;
  private final List<Map<String, String>> environments = new ArrayList<>();
  private final List<WadiProcess> wadis = new ArrayList<>();
  private final List<GroupReader> readers = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
  private final List<Fault> possible;
  private final List<Fault> coming = new ArrayList<>();
  private final TinyDisk disk;
  private final List<ShiftedClock> clocks = new ArrayList<>();
  private long slowestHealingMs;
  private volatile int asked;

  public Chaos(Path folder, long seed) throws IOException {
    this.folder = folder;
    this.seed = seed;
    this.random = new Random(seed);
    sourceServer = RestartablePostgres.start(Files.createDirectory(folder.resolve("source")));
    var logFolder = Files.createDirectory(folder.resolve("log"));
    logServer = RestartablePostgres.start(logFolder);
    source = sourceServer.createDatabase();
    eventLog = logServer.createDatabase();
    load = MeasuredLoad.on(source, eventLog, folder, seed);
    disk = TinyDisk.mountedIfPossible(logFolder, DISK_MEGABYTES);
    possible = new ArrayList<>(List.of(Fault.values()));
    prepareDisk();
    prepareClocks();
    source.execute("alter database " + source.name() + " set wal_sender_timeout = '4s'");
  }

  private void prepareDisk() {
    if (disk.isMounted()) {
      eventLog.execute("create tablespace chaos location '" + disk.path() + "'");
      eventLog.execute("alter table item_events set tablespace chaos");
    } else {
      possible.remove(Fault.FULL_DISK);
      System.out.println("chaos: only root can mount a small disk, so none gets full");
    }
  }

  /** One for each Wadi, which keeps it when it is started again. */
  private void prepareClocks() throws IOException {
    for (int n = 0; n < PROCESSES; n++) {
      var clockFolder = Files.createDirectory(folder.resolve("clock-" + n));
      ShiftedClock.ifInstalled(clockFolder).ifPresent(clocks::add);
    }
    if (clocks.isEmpty()) {
      possible.remove(Fault.CLOCK_JUMP);
      System.out.println("chaos: no libfaketime, so no clock is set");
    }
  }

  /** Lets faults happen for some time, heals them all and tells how it went. */
  public Outcome run(Duration duration) throws Exception {
    System.out.println("chaos: seed " + seed + ", " + duration.toSeconds() + " s");
    for (int n = 0; n < PROCESSES; n++) {
      var environment = WadiEnvironment.of(source, eventLog, load.routes());
      environment.put("WADI_API_TOKEN", TOKEN);
      environment.put("WADI_CAPTURE_BACKOFF_MAX_MS", "1000");
      environment.put("WADI_CAPTURE_QUEUE_BYTES", "8388608");
      if (!clocks.isEmpty()) {
        clocks.get(n).putInto(environment);
      }
      environments.add(environment);
      wadis.add(start(n));
    }
    awaitHealed();
    startReaders();
    load.keepWriting();
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      strike(nextFault());
      calm(500, 3_000);
    }
    awaitHealed();
    load.stopWriting();
    return outcome(duration);
  }

  /** All of them in a random order, then in another one, so that none is left out for long. */
  private Fault nextFault() {
    if (coming.isEmpty()) {
      coming.addAll(possible);
      Collections.shuffle(coming, random);
    }
    return coming.remove(coming.size() - 1);
  }

  private void startReaders() {
    for (var table : List.of("order_events", "item_events")) {
      require("/api/streams", "{\"name\": \"%1$s\", \"table\": \"public.%1$s\"}".formatted(table));
      require(
          "/api/consumer_groups",
          "{\"name\": \"%1$s\", \"stream\": \"%1$s\", \"ack_wait_ms\": 5000}".formatted(table));
      readers.add(new GroupReader(table, this::api).start());
    }
  }

  private void strike(Fault fault) throws Exception {
    System.out.println("chaos: " + fault);
    happened.merge(fault, 1, Integer::sum);
    int victim = random.nextInt(PROCESSES);
    switch (fault) {
      case KILL -> {
        wadis.get(victim).killNine();
        calm(0, 2_000);
        wadis.set(victim, start(victim));
      }
      case TERMINATE -> {
        wadis.get(victim).terminate();
        if (wadis.get(victim).exitCodeWithin(ENDING_LIMIT) < 0) {
          violations.add("a Wadi did not end within " + ENDING_LIMIT + " of SIGTERM");
          wadis.get(victim).killNine();
        }
        wadis.set(victim, start(victim));
      }
      case FREEZE -> {
        wadis.get(victim).freeze();
        calm(500, 10_000);
        wadis.get(victim).thaw();
      }
      case STOP_SOURCE -> {
        sourceServer.stopFast();
        calm(0, 3_000);
        sourceServer.startAgain();
      }
      case CRASH_SOURCE -> {
        sourceServer.stopImmediately();
        sourceServer.startAgain();
      }
      case STOP_LOG -> {
        logServer.stopFast();
        calm(0, 6_000);
        logServer.startAgain();
      }
      case CRASH_LOG -> {
        logServer.stopImmediately();
        logServer.startAgain();
      }
      case CUT_CONNECTIONS -> {
        cutConnections(source);
        cutConnections(eventLog);
      }
      case LOCK_EVENT_TABLE -> lock();
      case LARGE_TRANSACTION ->
          source.execute(
              "insert into orders (note) select 'large ' || n from generate_series(1, 20000) n");
      case LARGE_ROWS ->
          source.execute(
              "insert into items (note) select repeat(n::text, 1000000) from generate_series(1, %d) n"
                  .formatted(MEGABYTE_ROWS));
      case POISONED_ROW -> load.poison();
      case FULL_DISK -> {
        disk.fill();
        calm(500, 5_000);
        disk.empty();
      }
      case CLOCK_JUMP -> clocks.get(victim).shift(randomOffset());
    }
    boolean nextFaultMeetsThisOne = random.nextBoolean();
    if (!nextFaultMeetsThisOne) {
      awaitHealed();
    }
  }

  private Duration randomOffset() {
    return Duration.ofMinutes(random.nextInt(2 * CLOCK_DAYS * 24 * 60) - CLOCK_DAYS * 24 * 60);
  }

  private void lock() throws SQLException {
    try (var connection = eventLog.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table order_events");
      calm(500, 8_000);
      connection.rollback();
    }
  }

  /** Wadi's connections, those of a server's restart before included. */
  private static void cutConnections(Database database) {
    database.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
            + " and (application_name ilike 'wadi%' or application_name ilike 'debezium%'"
            + " or pid in (select active_pid from pg_replication_slots))");
  }

  /** Returns when one of them captures. */
  private void awaitHealed() {
    long start = System.nanoTime();
    try {
      await("changes flow")
          .atMost(HEALING_LIMIT)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> wadis.stream().anyMatch(wadi -> wadi.health().streaming()));
    } catch (ConditionTimeoutException e) {
      wadis.forEach(wadi -> System.out.println("chaos: a Wadi said: " + wadi.lastLines(LINES)));
      throw e;
    }
    long took = (System.nanoTime() - start) / 1_000_000;
    System.out.println("chaos: changes flow after " + took + " ms");
    slowestHealingMs = Math.max(slowestHealingMs, took);
  }

  private Outcome outcome(Duration duration) {
    await("everything is captured")
        .atMost(DRAINING_LIMIT)
        .ignoreExceptions()
        .until(
            () -> {
              load.awaitCaughtUp();
              return true;
            });
    var differences = load.differences();
    var unreceived = new LinkedHashMap<String, Long>();
    long deliveries = 0;
    for (int n = 0; n < readers.size(); n++) {
      var reader = readers.get(n);
      var table = n == 0 ? "order_events" : "item_events";
      unreceived.put(table, awaitAllReceived(reader, table));
      violations.addAll(reader.violations());
      deliveries += reader.deliveries();
    }
    return new Outcome(
        seed,
        duration.toSeconds(),
        Map.copyOf(happened),
        load.made(),
        load.stored(),
        deliveries,
        slowestHealingMs,
        2L * happened.getOrDefault(Fault.POISONED_ROW, 0) - load.quarantined(),
        differences,
        unreceived,
        eventLog.rows("select reason from wadi.gaps"),
        List.copyOf(violations));
  }

  private long awaitAllReceived(GroupReader reader, String table) {
    long events = eventLog.number("select count(*) from " + table);
    long end = System.nanoTime() + DRAINING_LIMIT.toNanos();
    while (reader.received() < events && System.nanoTime() < end) {
      calm(100, 200);
    }
    return events - reader.received();
  }

  /** By turns, so that every process is asked for every group. */
  private ApiClient api() {
    asked++;
    var environment = environments.get(Math.floorMod(asked, PROCESSES));
    return new ApiClient("http://127.0.0.1:" + environment.get("WADI_HTTP_PORT"), TOKEN);
  }

  /** Asked again while a process does not answer yet, or says that it is starting. */
  private void require(String path, String body) {
    var reply =
        await("POST " + path)
            .atMost(HEALING_LIMIT)
            .ignoreExceptions()
            .until(() -> api().post(path, body), answer -> answer.status() != 503);
    if (reply.status() >= 300) {
      throw new IllegalStateException("refused: " + reply.body());
    }
  }

  private WadiProcess start(int number) throws IOException {
    return WadiProcess.start(folder, environments.get(number), "-Xmx256m");
  }

  private void calm(int leastMs, int mostMs) {
    try {
      Thread.sleep(leastMs + random.nextInt(mostMs - leastMs));
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    readers.forEach(GroupReader::close);
    wadis.forEach(WadiProcess::close);
    load.close();
    sourceServer.close();
    logServer.close();
    disk.close();
  }

  /**
   * How it went.
   *
   * @param slowestHealingMs the longest time from the end of a fault until changes flowed
   * @param poisonedMissing poisoned changes that are not in quarantine; below 0 if some are there
   *     twice
   * @param unreceived events that a group did not get
   * @param gaps what Wadi itself said is missing
   * @param violations of the order, of what an ack promises, or of the time to end in
   */
  public record Outcome(
      long seed,
      long seconds,
      Map<Fault, Integer> faults,
      long changes,
      long events,
      long deliveries,
      long slowestHealingMs,
      long poisonedMissing,
      Map<String, Difference> differences,
      Map<String, Long> unreceived,
      List<String> gaps,
      List<String> violations) {

    public boolean clean() {
      return changes == events
          && poisonedMissing == 0
          && differences.values().stream().allMatch(Difference.NONE::equals)
          && unreceived.values().stream().allMatch(left -> left == 0)
          && gaps.isEmpty()
          && violations.isEmpty();
    }
  }
}
