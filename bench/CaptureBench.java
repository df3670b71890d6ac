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
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How fast Wadi drains a backlog, as a share of what the same server can decode in the same run.
 *
 * <p>One file, started from source with Wadi's jar as class path: it is in no jar.
 */
final class CaptureBench {

  private static final int DEFAULT_ROWS = 1_000_000;
  private static final int ROWS_PER_TRANSACTION = 1_000;
  private static final TableName EVENT_TABLE = new TableName("public", "bench_events");
  private static final String PUBLICATION = "wadi";
  private static final List<String> CEILING_SLOTS = List.of("ceiling_before", "ceiling_after");
  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final Duration STALL_LIMIT = Duration.ofMinutes(2);
  private static final String MAX_HEAP = "-Xmx512m";

  private static final String CREATE_TABLE =
      """
      create table public.bench_regions (
        id serial primary key,
        name varchar,
        timezone text,
        inserted_at timestamp,
        updated_at timestamp
      );
      alter table public.bench_regions replica identity full
      """;

  /** Each transaction of inserts is followed by one that updates the same rows. */
  private static final String CREATE_LOAD =
      """
      create procedure public.bench_load(pairs int, size int) language plpgsql as $$
      begin
        for pair in 0 .. pairs - 1 loop
          insert into public.bench_regions (name, timezone, inserted_at, updated_at)
          select 'region-' || pair || '-' || n, 'est', clock_timestamp(), clock_timestamp()
          from generate_series(1, size) as n;
          commit;
          update public.bench_regions set timezone = 'pst', updated_at = clock_timestamp()
          where id between pair * size + 1 and pair * size + size;
          commit;
        end loop;
      end
      $$
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

  /** Rows and seconds between the first append and the start of the last. */
  private static final String RATE =
      """
      select count(*) filter (where inserted_at < newest),
        extract(epoch from newest - oldest)::float8, oldest, count(*), max(id), min(id)
      from public.bench_events
      cross join (
        select min(inserted_at) as oldest, max(inserted_at) as newest from public.bench_events
      ) as span
      group by newest, oldest
      """;

  private final int rows;
  private final Path folder;
  private final PlaygroundServer server;
  private final Connection database;
  private final Map<String, Object> results = new LinkedHashMap<>();

  private CaptureBench(int rows, Path folder, PlaygroundServer server, Connection database) {
    this.rows = rows;
    this.folder = folder;
    this.server = server;
    this.database = database;
  }

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length == 0 ? DEFAULT_ROWS : Integer.parseInt(arguments[0]);
    var folder = Files.createTempDirectory("wadi-bench-");
    try {
      run(rows, folder);
    } finally {
      delete(folder);
    }
  }

  private static void run(int rows, Path folder) throws Exception {
    var settings = new PlaygroundSettings(folder.resolve("postgres"), freePort(), false);
    try (var server = PlaygroundServer.start(settings);
        var database =
            DriverManager.getConnection(
                server.jdbcUrl(), PlaygroundServer.USER, PlaygroundServer.PASSWORD)) {
      stopWithThisProcess(server);
      var bench = new CaptureBench(rows, folder, server, database);
      bench.prepare();
      bench.load();
      double before = bench.measureCeiling(CEILING_SLOTS.get(0));
      bench.measureWadi();
      double after = bench.measureCeiling(CEILING_SLOTS.get(1));
      bench.conclude((before + after) / 2);
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

  /** Lets Wadi make its publication and slot, so that the backlog is its own. */
  private void prepare() throws Exception {
    execute("alter system set max_slot_wal_keep_size = -1");
    execute("select pg_reload_conf()");
    execute(CREATE_TABLE);
    execute(CREATE_LOAD);
    execute(new EventTableDdl(EVENT_TABLE, null).statements());
    writeRoutes();
    var wadi = startWadi();
    try {
      awaitSlot(wadi);
    } finally {
      stop(wadi);
    }
  }

  private void load() throws SQLException {
    note("loading " + rows + " changes");
    for (var slot : CEILING_SLOTS) {
      execute("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
    }
    execute("set synchronous_commit = off");
    int pairs = rows / 2 / ROWS_PER_TRANSACTION;
    execute("call public.bench_load(" + pairs + ", " + ROWS_PER_TRANSACTION + ")");
    execute("vacuum analyze public.bench_regions");
    execute("checkpoint");
    results.put("rows", pairs * 2 * ROWS_PER_TRANSACTION);
    results.put("backlog_end", text("select pg_current_wal_insert_lsn()"));
  }

  private double measureCeiling(String slot) throws Exception {
    var program = receiver();
    note("draining with " + program.map(Path::toString).orElse("pg_logical_slot_peek"));
    long start = System.nanoTime();
    if (program.isPresent()) {
      receive(program.get(), slot);
    } else {
      execute(
          "select count(*) from pg_logical_slot_peek_binary_changes('%s', '%s', null, 'proto_version', '1', 'publication_names', '%s')"
              .formatted(slot, results.get("backlog_end"), PUBLICATION));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    execute("select pg_drop_replication_slot('" + slot + "')");
    double rate = (int) results.get("rows") / seconds;
    results.put("ceiling_by", program.isPresent() ? "pg_recvlogical" : "peek");
    results.put(slot + "_rows_per_s", Math.round(rate));
    return rate;
  }

  private void receive(Path program, String slot) throws Exception {
    var words = new ArrayList<String>(List.of(program.toString(), "--dbname", server.url()));
    words.addAll(List.of("--slot", slot, "--start", "--no-loop", "--file", "/dev/null"));
    words.addAll(List.of("--endpos", results.get("backlog_end").toString()));
    words.addAll(List.of("-o", "proto_version=1", "-o", "publication_names=" + PUBLICATION));
    var receiver = new ProcessBuilder(words).inheritIO().start();
    try {
      if (!receiver.waitFor(10, TimeUnit.MINUTES) || receiver.exitValue() != 0) {
        throw new IllegalStateException("pg_recvlogical failed or took more than 10 minutes");
      }
    } finally {
      stop(receiver);
    }
  }

  private void measureWadi() throws Exception {
    note("draining with wadi " + MAX_HEAP);
    var postgresBefore = serverCpu();
    var launched = Instant.now();
    var wadi = startWadi();
    try {
      awaitEvents(wadi);
      putCpu("wadi", seconds(wadi.toHandle()));
      putCpu("postgres", serverCpuSince(postgresBefore));
      results.put("load_average", loadAverage());
      results.put("wadi_peak_rss_mb", peakResidentMb(wadi));
    } finally {
      stop(wadi);
    }
    readRate(launched);
    readHeap();
  }

  private void putCpu(String program, double seconds) {
    results.put(program + "_cpu_s", seconds);
    results.put(program + "_cpu_us_per_row", rounded(seconds * 1e6 / (int) results.get("rows")));
  }

  private void awaitSlot(Process wadi) throws Exception {
    var deadline = Instant.now().plus(START_LIMIT);
    var active = "select count(*) from pg_replication_slots where slot_name = 'wadi' and active";
    while (!text(active).equals("1")) {
      requireRunning(wadi, deadline);
      Thread.sleep(100);
    }
  }

  private void awaitEvents(Process wadi) throws Exception {
    var query = "select coalesce(max(last_id), 0) from wadi.event_tables";
    long wanted = (int) results.get("rows");
    long last = 0;
    var deadline = Instant.now().plus(STALL_LIMIT);
    while (last < wanted) {
      Thread.sleep(250);
      long now = Long.parseLong(text(query));
      deadline = now > last ? Instant.now().plus(STALL_LIMIT) : deadline;
      last = now;
      requireRunning(wadi, deadline);
    }
  }

  private void requireRunning(Process wadi, Instant deadline) throws IOException {
    if (!wadi.isAlive() || Instant.now().isAfter(deadline)) {
      throw new IllegalStateException(
          "wadi does not go on; its log:\n" + Files.readString(folder.resolve("wadi.log")));
    }
  }

  private void readRate(Instant launched) throws SQLException {
    try (var statement = database.createStatement();
        var row = statement.executeQuery(RATE)) {
      row.next();
      long events = row.getLong(4);
      boolean exact =
          events == (int) results.get("rows") && row.getLong(5) == events && row.getLong(6) == 1;
      if (!exact) {
        throw new IllegalStateException(
            "the event table does not hold each change once: " + events);
      }
      var first = row.getTimestamp(3).toInstant();
      results.put("wadi_startup_ms", Duration.between(launched, first).toMillis());
      results.put("wadi_drain_s", rounded(row.getDouble(2)));
      results.put("wadi_rows_per_s", Math.round(row.getLong(1) / row.getDouble(2)));
    }
  }

  /** Heap before and after collections, from the garbage collector's log. */
  private void readHeap() throws IOException {
    var pause = Pattern.compile("Pause .* (\\d+)M->(\\d+)M\\(\\d+M\\)");
    var after = new ArrayList<Integer>();
    int peak = 0;
    for (var line : Files.readAllLines(folder.resolve("gc.log"))) {
      var found = pause.matcher(line);
      if (found.find()) {
        peak = Math.max(peak, Integer.parseInt(found.group(1)));
        after.add(Integer.parseInt(found.group(2)));
      }
    }
    results.put("wadi_peak_heap_mb", peak);
    int half = after.size() / 2;
    results.put("wadi_live_heap_first_half_mb", median(after.subList(0, half)));
    results.put("wadi_live_heap_second_half_mb", median(after.subList(half, after.size())));
  }

  private void conclude(double ceiling) throws IOException {
    results.put("ceiling_rows_per_s", Math.round(ceiling));
    results.put("ratio", rounded((long) results.get("wadi_rows_per_s") / ceiling));
    results.put("processors", Runtime.getRuntime().availableProcessors());
    results.put("java", System.getProperty("java.version"));
    results.forEach((name, value) -> System.out.printf("%-32s %12s%n", name, value));
    var file = Path.of("bench", "results", "capture-" + timestamp() + ".json");
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

  private Process startWadi() throws IOException {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of(MAX_HEAP, "-Duser.timezone=UTC", "-XX:+ExitOnOutOfMemoryError"));
    words.add("-Xlog:gc:file=" + folder.resolve("gc.log"));
    words.addAll(
        Arrays.stream(System.getenv().getOrDefault("WADI_JAVA_OPTS", "").split(" "))
            .filter(option -> !option.isEmpty())
            .toList());
    words.addAll(List.of("-jar", Path.of("target", "wadi.jar").toAbsolutePath().toString(), "run"));
    var builder = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("wadi.log").toFile());
    var environment = builder.environment();
    environment.put("WADI_DATABASE_URL", server.jdbcUrl());
    environment.put("WADI_DATABASE_USER", PlaygroundServer.USER);
    environment.put("WADI_DATABASE_PASSWORD", PlaygroundServer.PASSWORD);
    environment.put("WADI_PUBLICATION", PUBLICATION);
    environment.put("WADI_ROUTES", folder.resolve("routes").toString());
    environment.put("WADI_HTTP_PORT", String.valueOf(freePort()));
    environment.put("WADI_MANAGEMENT_PORT", String.valueOf(freePort()));
    environment.put("WADI_API_TOKEN", "bench");
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

  private Map<Long, Double> serverCpu() {
    var cpu = new LinkedHashMap<Long, Double>();
    ProcessHandle.of(server.processId())
        .ifPresent(
            postmaster ->
                postmaster.descendants().forEach(child -> cpu.put(child.pid(), seconds(child))));
    return cpu;
  }

  /** By the processes that still run: those of Wadi's connections and Postgres's own. */
  private double serverCpuSince(Map<Long, Double> before) {
    double total = 0;
    for (var now : serverCpu().entrySet()) {
      total += now.getValue() - before.getOrDefault(now.getKey(), 0.0);
    }
    return rounded(total);
  }

  private static double seconds(ProcessHandle process) {
    return rounded(process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3);
  }

  /** Where the system tells it: Linux. */
  private static long peakResidentMb(Process process) throws IOException {
    var status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.exists(status)) {
      return -1;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(-1);
  }

  private static Optional<Path> receiver() throws IOException {
    var candidates = new ArrayList<Path>();
    for (var directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      candidates.add(Path.of(directory, "pg_recvlogical"));
    }
    var packaged = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(packaged)) {
      try (Stream<Path> versions = Files.list(packaged)) {
        versions
            .sorted(Comparator.reverseOrder())
            .forEach(version -> candidates.add(version.resolve("bin/pg_recvlogical")));
      }
    }
    return candidates.stream().filter(Files::isExecutable).findFirst();
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

  private static int median(List<Integer> values) {
    var sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
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
