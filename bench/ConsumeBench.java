import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.playground.PlaygroundServer;
import dev.wadi.playground.PlaygroundSettings;
import dev.wadi.postgres.TableName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
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
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How fast consumer groups hand out and settle messages over HTTP, beside the queue that most
 * people would write: a table, {@code for update skip locked} and {@code delete}, over JDBC.
 *
 * <p>One file, started from source with Wadi's jar as class path: it is in no jar.
 */
final class ConsumeBench {

  private static final int DEFAULT_EVENTS = 100_000;
  private static final int LATENCY_EVENTS = 10_000;
  private static final int LATENCY_EVENTS_PER_SECOND = 1_000;
  private static final List<Integer> BATCHES = List.of(1, 10, 100);
  private static final List<Integer> WORKERS = List.of(1, 8, 32);
  private static final TableName EVENT_TABLE = new TableName("public", "bench_events");
  private static final String TOKEN = "bench";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern ACK_ID = Pattern.compile("\"ack_id\":\"([^\"]+)\"");
  private static final Pattern COMMITTED_AT = Pattern.compile("\"committed_at\":\"([^\"]+)\"");

  private static final String TAKE =
      """
      delete from public.bench_queue where id in (
        select id from public.bench_queue order by id limit %d for update skip locked
      ) returning id, payload
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
              table: public.bench_orders
            steps:
              - to:
                  uri: kamelet:event-table-sink
                  parameters:
                    table: public.bench_events
      """;

  private final int events;
  private final Path folder;
  private final PlaygroundServer server;
  private final Connection database;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port = freePort();
  private final Map<String, Object> results = new LinkedHashMap<>();

  private ConsumeBench(int events, Path folder, PlaygroundServer server, Connection database)
      throws IOException {
    this.events = events;
    this.folder = folder;
    this.server = server;
    this.database = database;
  }

  public static void main(String[] arguments) throws Exception {
    int events = arguments.length == 0 ? DEFAULT_EVENTS : Integer.parseInt(arguments[0]);
    var folder = Files.createTempDirectory("wadi-bench-");
    try {
      run(events, folder);
    } finally {
      delete(folder);
    }
  }

  private static void run(int events, Path folder) throws Exception {
    var settings = new PlaygroundSettings(folder.resolve("postgres"), freePort(), false);
    try (var server = PlaygroundServer.start(settings);
        var database = connect(server)) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroy)));
      new ConsumeBench(events, folder, server, database).measure();
    }
  }

  private void measure() throws Exception {
    execute("create table public.bench_orders (id serial primary key, note text)");
    execute(new EventTableDdl(EVENT_TABLE, null).statements());
    writeRoutes();
    var wadi = startWadi();
    try {
      awaitPublished(wadi);
      call("streams", "{\"name\": \"bench\", \"table\": \"public.bench_events\"}");
      load(wadi);
      results.put("events", events);
      consume("warm-up", 100, 8);
      for (int batch : BATCHES) {
        for (int workers : WORKERS) {
          measureGroup(batch, workers);
        }
      }
      measureLatency();
    } finally {
      stop(wadi);
    }
    for (int batch : BATCHES) {
      for (int workers : WORKERS) {
        measureTable(batch, workers);
      }
    }
    conclude();
  }

  private void load(Process wadi) throws Exception {
    note("loading " + events + " events");
    execute(
        "insert into public.bench_orders (note) select 'note ' || n from generate_series(1, "
            + events
            + ") as n");
    execute("vacuum analyze public.bench_orders");
    await(wadi, "select coalesce(max(last_id), 0) >= " + events + " from wadi.event_tables");
  }

  private void measureGroup(int batch, int workers) throws Exception {
    var name = "batch_" + batch + "_workers_" + workers;
    execute("checkpoint");
    long wal = wal();
    double rate = consume(name, batch, workers);
    double bytes = (wal() - wal) / (double) quota(batch);
    results.put("wadi_" + name + "_acked_per_s", Math.round(rate));
    results.put("wadi_" + name + "_wal_bytes_per_event", rounded(bytes));
  }

  /** Acked messages per second of a new group. */
  private double consume(String group, int batch, int workers) throws Exception {
    note("consuming " + group);
    call("consumer_groups", "{\"name\": \"%s\", \"stream\": \"bench\"}".formatted(group));
    var left = new AtomicInteger(quota(batch));
    return inParallel(workers, quota(batch), () -> receiveAndAck(group, batch, left));
  }

  private Void receiveAndAck(String group, int batch, AtomicInteger left) throws Exception {
    while (left.get() > 0) {
      var ids = receive(group, batch);
      if (!ids.isEmpty()) {
        call(
            "consumer_groups/" + group + "/ack",
            "{\"ack_ids\": [\"" + String.join("\", \"", ids) + "\"]}");
        left.addAndGet(-ids.size());
      }
    }
    return null;
  }

  private List<String> receive(String group, int batch) throws Exception {
    var body = "{\"batch_size\": " + batch + ", \"wait_for\": 500}";
    var received = call("consumer_groups/" + group + "/receive", body);
    return ACK_ID.matcher(received).results().map(found -> found.group(1)).toList();
  }

  /** From commit to receive, while single rows are committed at a steady rate. */
  private void measureLatency() throws Exception {
    note("measuring the delay from commit to receive");
    call(
        "consumer_groups",
        "{\"name\": \"latency\", \"stream\": \"bench\", \"start\": {\"position\": \"end\"}}");
    var delays = new ArrayList<Double>();
    var producer = Executors.newSingleThreadExecutor();
    try {
      var produced = producer.submit(this::produce);
      while (delays.size() < LATENCY_EVENTS) {
        var received =
            call("consumer_groups/latency/receive", "{\"batch_size\": 100, \"wait_for\": \"10s\"}");
        var now = Instant.now();
        COMMITTED_AT
            .matcher(received)
            .results()
            .forEach(found -> delays.add(millis(Instant.parse(found.group(1)), now)));
        ack(received);
      }
      results.put("produced_per_s", Math.round(produced.get()));
    } finally {
      producer.shutdownNow();
    }
    delays.sort(Comparator.naturalOrder());
    results.put("commit_to_receive_p50_ms", rounded(delays.get(delays.size() / 2)));
    results.put("commit_to_receive_p99_ms", rounded(delays.get(delays.size() * 99 / 100)));
  }

  private void ack(String received) throws Exception {
    var ids = ACK_ID.matcher(received).results().map(found -> found.group(1)).toList();
    if (!ids.isEmpty()) {
      call(
          "consumer_groups/latency/ack", "{\"ack_ids\": [\"" + String.join("\", \"", ids) + "\"]}");
    }
  }

  private Double produce() throws Exception {
    try (var connection = connect(server);
        var insert =
            connection.prepareStatement("insert into public.bench_orders (note) values ('new')")) {
      long start = System.nanoTime();
      for (int n = 0; n < LATENCY_EVENTS; n++) {
        long due = start + n * TimeUnit.SECONDS.toNanos(1) / LATENCY_EVENTS_PER_SECOND;
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        insert.execute();
      }
      return LATENCY_EVENTS / ((System.nanoTime() - start) / 1e9);
    }
  }

  /** A row per message in a table of its own, taken and settled by one statement. */
  private void measureTable(int batch, int workers) throws Exception {
    var name = "batch_" + batch + "_workers_" + workers;
    note("taking from a table " + name);
    execute("drop table if exists public.bench_queue");
    execute("create table public.bench_queue (id bigserial primary key, payload jsonb)");
    execute(
        "insert into public.bench_queue (payload) select record from public.bench_events limit "
            + quota(batch));
    execute("vacuum analyze public.bench_queue");
    execute("checkpoint");
    long wal = wal();
    double rate = inParallel(workers, quota(batch), () -> take(batch));
    results.put("table_" + name + "_acked_per_s", Math.round(rate));
    results.put(
        "table_" + name + "_wal_bytes_per_event", rounded((wal() - wal) / (double) quota(batch)));
  }

  private Void take(int batch) throws SQLException {
    try (var connection = connect(server);
        var take = connection.prepareStatement(TAKE.formatted(batch))) {
      int taken = batch;
      while (taken > 0) {
        taken = 0;
        try (var row = take.executeQuery()) {
          while (row.next()) {
            row.getString("payload");
            taken++;
          }
        }
      }
    }
    return null;
  }

  /** How many messages a measurement is about: fewer where each takes a call of its own. */
  private int quota(int batch) {
    return Math.min(events, batch == 1 ? events / 20 : batch == 10 ? events / 4 : events);
  }

  private static double inParallel(int workers, int messages, Callable<Void> work)
      throws Exception {
    var pool = Executors.newFixedThreadPool(workers);
    try {
      long start = System.nanoTime();
      var works = new ArrayList<Callable<Void>>();
      for (int worker = 0; worker < workers; worker++) {
        works.add(work);
      }
      for (var done : pool.invokeAll(works)) {
        done.get();
      }
      return messages / ((System.nanoTime() - start) / 1e9);
    } finally {
      pool.shutdownNow();
    }
  }

  private String call(String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/" + path))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .timeout(LIMIT)
            .POST(BodyPublishers.ofString(body))
            .build();
    var answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  private void conclude() throws IOException {
    results.put(
        "load_average",
        rounded(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    results.put("processors", Runtime.getRuntime().availableProcessors());
    results.put("java", System.getProperty("java.version"));
    results.forEach((name, value) -> System.out.printf("%-48s %12s%n", name, value));
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
    var file = Path.of("bench", "results", "consume-" + now + ".json");
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
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var jar = Path.of("target", "wadi.jar").toAbsolutePath().toString();
    var builder =
        new ProcessBuilder(java, "-Xmx512m", "-Duser.timezone=UTC", "-jar", jar, "run")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("wadi.log").toFile());
    var environment = builder.environment();
    environment.put("WADI_DATABASE_URL", server.jdbcUrl());
    environment.put("WADI_DATABASE_USER", PlaygroundServer.USER);
    environment.put("WADI_DATABASE_PASSWORD", PlaygroundServer.PASSWORD);
    environment.put("WADI_ROUTES", folder.resolve("routes").toString());
    environment.put("WADI_HTTP_PORT", String.valueOf(port));
    environment.put("WADI_MANAGEMENT_PORT", String.valueOf(freePort()));
    environment.put("WADI_API_TOKEN", TOKEN);
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

  private void awaitPublished(Process wadi) throws Exception {
    await(
        wadi,
        "select exists (select from pg_publication_tables where tablename = 'bench_orders')"
            + " and exists (select from pg_replication_slots where slot_name = 'wadi' and active)");
  }

  private void await(Process wadi, String condition) throws Exception {
    var deadline = Instant.now().plus(LIMIT);
    while (!isTrue(condition)) {
      if (!wadi.isAlive() || Instant.now().isAfter(deadline)) {
        throw new IllegalStateException(
            "wadi does not go on; its log:\n" + Files.readString(folder.resolve("wadi.log")));
      }
      Thread.sleep(100);
    }
  }

  private boolean isTrue(String condition) {
    try {
      return text(condition).equals("t");
    } catch (SQLException e) {
      return false; // Wadi has not made its schema yet.
    }
  }

  private long wal() throws SQLException {
    return Long.parseLong(text("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"));
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

  private static Connection connect(PlaygroundServer server) throws SQLException {
    return DriverManager.getConnection(
        server.jdbcUrl(), PlaygroundServer.USER, PlaygroundServer.PASSWORD);
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(15, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1e3;
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
