import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.playground.PlaygroundServer;
import dev.wadi.playground.PlaygroundSettings;
import dev.wadi.postgres.TableName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long {@code ./wadi run} takes from its launch to the first event, with and without what Java
 * kept of an earlier start, and what it takes while it has nothing to do.
 *
 * <p>One file, started from source with Wadi's jar as class path: it is in no jar.
 */
final class StartupBench {

  private static final int DEFAULT_RUNS = 5;
  private static final int DEFAULT_IDLE_SECONDS = 60;
  private static final int TICKS_PER_SECOND = 100;
  private static final TableName EVENT_TABLE = new TableName("public", "bench_events");
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private static final String CREATE_TABLE =
      """
      create table public.bench_regions (id serial primary key, name varchar);
      alter table public.bench_regions replica identity full
      """;

  private static final String PIPELINE =
      """
      - route:
          id: bench
          description: Captures every change of the benchmark's table into its event table.
          routeConfigurationId: pipeline-errors
          from:
            uri: kamelet:change-source
            parameters:
              table: public.bench_regions
            steps:
              - to:
                  uri: kamelet:event-table-sink
                  parameters:
                    table: public.bench_events
      """;

  private final int runs;
  private final int idleSeconds;
  private final Path folder;
  private final PlaygroundServer server;
  private final Connection database;
  private final Map<String, Object> results = new LinkedHashMap<>();

  private StartupBench(
      int runs, int idleSeconds, Path folder, PlaygroundServer server, Connection database) {
    this.runs = runs;
    this.idleSeconds = idleSeconds;
    this.folder = folder;
    this.server = server;
    this.database = database;
  }

  public static void main(String[] arguments) throws Exception {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_RUNS;
    int idleSeconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : DEFAULT_IDLE_SECONDS;
    var folder = Files.createTempDirectory("wadi-bench-");
    try {
      run(runs, idleSeconds, folder);
    } finally {
      delete(folder);
    }
  }

  private static void run(int runs, int idleSeconds, Path folder) throws Exception {
    var settings = new PlaygroundSettings(folder.resolve("postgres"), freePort(), false);
    try (var server = PlaygroundServer.start(settings);
        var database =
            DriverManager.getConnection(
                server.jdbcUrl(), PlaygroundServer.USER, PlaygroundServer.PASSWORD)) {
      stopWithThisProcess(server);
      var bench = new StartupBench(runs, idleSeconds, folder, server, database);
      bench.prepare();
      bench.measureStarts("plain", "no");
      bench.warmUp();
      bench.measureStarts("kept", "yes");
      bench.measureIdle();
      bench.conclude();
    }
  }

  /** Ctrl-C ends no program that runs beside this one; after a normal end there is none. */
  private static void stopWithThisProcess(PlaygroundServer server) {
    var stop =
        new Thread(
            () -> {
              ProcessHandle.current().children().forEach(ProcessHandle::destroy);
              server.close();
            });
    Runtime.getRuntime().addShutdownHook(stop);
  }

  /** The first start makes schema, publication and slot, and fills the disk's cache. */
  private void prepare() throws Exception {
    execute(CREATE_TABLE);
    execute(new EventTableDdl(EVENT_TABLE, null).statements());
    writeRoutes();
    var wadi = startWadi("no");
    try {
      awaitFirst(wadi, 0);
    } finally {
      stop(wadi);
    }
  }

  /** Each start has one change that waits for it. */
  private void measureStarts(String name, String archive) throws Exception {
    note(runs + " starts, archive: " + archive);
    var times = new ArrayList<Long>();
    var cpus = new ArrayList<Long>();
    for (int run = 0; run < runs; run++) {
      execute("insert into public.bench_regions (name) values ('waits')");
      long before = Long.parseLong(text("select count(*) from public.bench_events"));
      var launched = Instant.now();
      var wadi = startWadi(archive);
      try {
        times.add(Duration.between(launched, awaitFirst(wadi, before)).toMillis());
        cpus.add(cpuTicks(wadi) * 1_000 / TICKS_PER_SECOND);
      } finally {
        stop(wadi);
      }
    }
    results.put(name + "_start_to_first_event_ms", median(times));
    results.put(name + "_cpu_until_then_ms", median(cpus));
  }

  private void warmUp() throws Exception {
    note("./wadi warm-up");
    var builder = new ProcessBuilder("./wadi", "warm-up").redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("warm-up.log").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    long start = System.nanoTime();
    int exitCode = builder.start().waitFor();
    if (exitCode != 0) {
      throw new IllegalStateException(Files.readString(folder.resolve("warm-up.log")));
    }
    results.put("warm_up_s", Math.round((System.nanoTime() - start) / 1e9));
  }

  /** Half of the time passes before it counts: compilers are busy for a while after a start. */
  private void measureIdle() throws Exception {
    note("idle for twice " + idleSeconds + " s");
    execute("insert into public.bench_regions (name) values ('waits')");
    long before = Long.parseLong(text("select count(*) from public.bench_events"));
    var wadi = startWadi("yes");
    try {
      awaitFirst(wadi, before);
      Thread.sleep(idleSeconds * 1_000L);
      long ticks = cpuTicks(wadi);
      Thread.sleep(idleSeconds * 1_000L);
      double percent = 100.0 * (cpuTicks(wadi) - ticks) / TICKS_PER_SECOND / idleSeconds;
      results.put("idle_seconds", idleSeconds);
      results.put("idle_cpu_percent_of_a_core", Math.round(percent * 10) / 10.0);
      results.put("idle_rss_mb", residentMb(wadi));
    } finally {
      stop(wadi);
    }
  }

  /** When the event that waited was stored, by the clock of this machine. */
  private Instant awaitFirst(Process wadi, long before) throws Exception {
    var deadline = Instant.now().plus(START_LIMIT);
    if (before == 0) {
      awaitSlot(wadi);
      execute("insert into public.bench_regions (name) values ('first')");
    }
    while (Long.parseLong(text("select count(*) from public.bench_events")) <= before) {
      requireRunning(wadi, deadline);
      Thread.sleep(10);
    }
    try (var statement = database.createStatement();
        var row = statement.executeQuery("select max(inserted_at) from public.bench_events")) {
      row.next();
      return row.getTimestamp(1).toInstant();
    }
  }

  private void awaitSlot(Process wadi) throws Exception {
    var deadline = Instant.now().plus(START_LIMIT);
    var active = "select count(*) from pg_replication_slots where slot_name = 'wadi' and active";
    while (!text(active).equals("1")) {
      requireRunning(wadi, deadline);
      Thread.sleep(100);
    }
  }

  private void requireRunning(Process wadi, Instant deadline) throws IOException {
    if (!wadi.isAlive() || Instant.now().isAfter(deadline)) {
      throw new IllegalStateException(
          "wadi does not go on; its log:\n" + Files.readString(folder.resolve("wadi.log")));
    }
  }

  private void conclude() throws IOException {
    results.put("runs", runs);
    results.put("load_average", loadAverage());
    results.put("processors", Runtime.getRuntime().availableProcessors());
    results.put("java", System.getProperty("java.version"));
    results.forEach((name, value) -> System.out.printf("%-32s %12s%n", name, value));
    var file = Path.of("bench", "results", "startup-" + timestamp() + ".json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, json());
    note("written to " + file);
  }

  private String json() {
    var fields = new ArrayList<String>();
    results.forEach(
        (name, value) ->
            fields.add(
                "  \"" + name + "\": " + (value instanceof Number ? value : "\"" + value + "\"")));
    return "{\n" + String.join(",\n", fields) + "\n}\n";
  }

  /** As a user starts it: the script execs Java, so the process is Wadi itself. */
  private Process startWadi(String archive) throws IOException {
    var builder = new ProcessBuilder("./wadi", "run").redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("wadi.log").toFile());
    var environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("WADI_ARCHIVE", archive);
    environment.put("WADI_DATABASE_URL", server.jdbcUrl());
    environment.put("WADI_DATABASE_USER", PlaygroundServer.USER);
    environment.put("WADI_DATABASE_PASSWORD", PlaygroundServer.PASSWORD);
    environment.put("WADI_ROUTES", folder.resolve("routes").toString());
    environment.put("WADI_HTTP_PORT", String.valueOf(freePort()));
    environment.put("WADI_MANAGEMENT_PORT", String.valueOf(freePort()));
    environment.put("WADI_API_TOKEN", "bench");
    environment.put("WADI_SECRET_KEY", "A".repeat(43) + "=");
    return builder.start();
  }

  /** The shipped routes with the benchmark's pipeline in place of the shipped ones. */
  private void writeRoutes() throws IOException {
    var shipped = Path.of("routes");
    try (Stream<Path> files = Files.walk(shipped)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var target = folder.resolve("routes").resolve(shipped.relativize(file));
        Files.createDirectories(target.getParent());
        if (!file.startsWith(shipped.resolve("pipelines"))) {
          Files.copy(file, target);
        }
      }
    }
    Files.writeString(folder.resolve("routes/pipelines/bench.camel.yaml"), PIPELINE);
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(15, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  /** User and system time, where the system tells it: Linux. */
  private static long cpuTicks(Process process) throws IOException {
    var stat = Path.of("/proc", String.valueOf(process.pid()), "stat");
    if (!Files.exists(stat)) {
      return -1;
    }
    var text = Files.readString(stat);
    var fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  /** Where the system tells it: Linux. */
  private static long residentMb(Process process) throws IOException {
    var status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.exists(status)) {
      return -1;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(-1);
  }

  private void execute(String sql) throws SQLException {
    try (var statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  private String text(String sql) throws SQLException {
    try (var statement = database.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static double loadAverage() {
    return rounded(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1e3;
  }

  private static String timestamp() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void note(String text) {
    System.err.printf(Locale.ROOT, "bench: %s%n", text);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
