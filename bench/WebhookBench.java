import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.playground.PlaygroundServer;
import dev.wadi.playground.PlaygroundSettings;
import dev.wadi.postgres.TableName;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How fast webhooks deliver to a receiver on the same machine, how long an event takes to get
 * there, and what a receiver that is dead costs the others.
 *
 * <p>One file, started from source with Wadi's jar as class path: it is in no jar.
 */
final class WebhookBench {

  private static final int DEFAULT_EVENTS = 50_000;
  private static final int WARM_UP_EVENTS = 20_000;
  private static final int EVENTS_OF_TEN = 4_000;
  private static final int LATENCY_SECONDS = 20;
  private static final int LATENCY_EVENTS_PER_SECOND = 200;
  private static final List<Integer> BATCHES = List.of(1, 100);
  private static final TableName EVENT_TABLE = new TableName("public", "bench_events");
  private static final String TOKEN = "bench";
  private static final String SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern SEQ = Pattern.compile("\"metadata\":\\{\"seq\":");
  private static final Pattern COMMITTED_AT = Pattern.compile("\"committed_at\":\"([^\"]+)\"");

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
  private final Receivers receivers = new Receivers();
  private final Map<String, Object> results = new LinkedHashMap<>();

  private WebhookBench(int events, Path folder, PlaygroundServer server, Connection database)
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
      new WebhookBench(events, folder, server, database).measure();
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
      drain("warm-up", 1, events - WARM_UP_EVENTS);
      for (int batch : BATCHES) {
        measureDrain(batch, wadi);
      }
      measureLatency();
      measureTen("ten_alive", "alive");
      measureTen("nine_alive_one_silent", "silent");
      measureTen("nine_alive_one_refusing", "refusing");
    } finally {
      stop(wadi);
      receivers.close();
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

  private void measureDrain(int batch, Process wadi) throws Exception {
    execute("checkpoint");
    long wal = wal();
    var cpu = cpu(wadi);
    var got = drain("batch_" + batch, batch, 0);
    var name = "batch_" + batch;
    results.put(name + "_requests_per_s", Math.round(got.requests.get() / got.seconds()));
    results.put(name + "_events_per_s", Math.round(got.events.get() / got.seconds()));
    results.put(
        name + "_wadi_cpu_us_per_request",
        cpu(wadi).minus(cpu).toNanos() / 1_000 / got.requests.get());
    results.put(name + "_wal_bytes_per_event", rounded((wal() - wal) / (double) events));
  }

  /** What a new webhook delivers of the events after a place, until it has delivered all. */
  private Received drain(String webhook, int batch, int after) throws Exception {
    note("delivering " + webhook);
    var got = receivers.expect(webhook, events - after);
    create(webhook, "alive", batch, after);
    got.awaitAll();
    call("DELETE", "webhooks/" + webhook, "");
    return got;
  }

  /** How fast nine webhooks deliver while the tenth behaves in some way. */
  private void measureTen(String name, String tenth) throws Exception {
    note("delivering to " + name);
    int after = Integer.parseInt(text("select last_id from wadi.event_tables")) - EVENTS_OF_TEN;
    var nine = new ArrayList<Received>();
    for (int number = 0; number < 9; number++) {
      nine.add(receivers.expect(name + "_" + number, EVENTS_OF_TEN));
    }
    receivers.expect(name + "_9", EVENTS_OF_TEN);
    long begun = System.nanoTime();
    create(name + "_9", tenth, 1, after);
    for (int number = 0; number < 9; number++) {
      create(name + "_" + number, "alive", 1, after);
    }
    for (var each : nine) {
      each.awaitAll();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    results.put(name + "_requests_per_s_of_nine", Math.round(9 * EVENTS_OF_TEN / seconds));
    for (int number = 0; number < 10; number++) {
      call("DELETE", "webhooks/" + name + "_" + number, "");
    }
  }

  private void create(String webhook, String behaviour, int batch, int after) throws Exception {
    var start =
        after == 0
            ? "{\"position\": \"beginning\"}"
            : "{\"position\": \"from\", \"value\": " + (after + 1) + "}";
    call(
        "webhooks",
        "{\"name\": \"%s\", \"stream\": \"bench\", \"url\": \"%s\", \"batch_size\": %d, \"start\": %s}"
            .formatted(webhook, receivers.url(webhook, behaviour), batch, start));
  }

  /** From commit to receiver, while single rows are committed at a steady rate. */
  private void measureLatency() throws Exception {
    note("measuring the delay from commit to receiver");
    int expected = LATENCY_SECONDS * LATENCY_EVENTS_PER_SECOND;
    var got = receivers.expect("latency", expected);
    call(
        "webhooks",
        "{\"name\": \"latency\", \"stream\": \"bench\", \"url\": \"%s\", \"start\": {\"position\": \"end\"}}"
            .formatted(receivers.url("latency", "alive")));
    results.put("produced_per_s", Math.round(produce(expected)));
    got.awaitAll();
    call("DELETE", "webhooks/latency", "");
    var delays = new ArrayList<>(got.delays);
    delays.sort(Comparator.naturalOrder());
    results.put("commit_to_receiver_p50_ms", rounded(delays.get(delays.size() / 2)));
    results.put("commit_to_receiver_p99_ms", rounded(delays.get(delays.size() * 99 / 100)));
  }

  private double produce(int rows) throws Exception {
    try (var connection = connect(server);
        var insert =
            connection.prepareStatement("insert into public.bench_orders (note) values ('new')")) {
      long start = System.nanoTime();
      for (int n = 0; n < rows; n++) {
        long due = start + n * TimeUnit.SECONDS.toNanos(1) / LATENCY_EVENTS_PER_SECOND;
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        insert.execute();
      }
      return rows / ((System.nanoTime() - start) / 1e9);
    }
  }

  /** What came for one webhook. */
  private static final class Received {

    private final int expected;
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<Double> delays = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch all = new CountDownLatch(1);
    private volatile long first;
    private volatile long last;

    private Received(int expected) {
      this.expected = expected;
    }

    /** All on the thread of the server. */
    private void take(String body) {
      var now = Instant.now();
      last = System.nanoTime();
      first = first == 0 ? last : first;
      requests.incrementAndGet();
      if (expected < 10_000) {
        COMMITTED_AT
            .matcher(body)
            .results()
            .forEach(found -> delays.add(millis(Instant.parse(found.group(1)), now)));
      }
      if (events.addAndGet((int) SEQ.matcher(body).results().count()) >= expected) {
        all.countDown();
      }
    }

    private void awaitAll() throws InterruptedException {
      if (!all.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("only " + events + " of " + expected + " events came");
      }
    }

    private double seconds() {
      return (last - first) / 1e9;
    }
  }

  /**
   * One cheap server for all webhooks: the path says whose a request is, and how it is answered.
   */
  private static final class Receivers {

    private final Map<String, Received> byWebhook = new ConcurrentHashMap<>();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpServer server;

    private Receivers() {
      server =
          vertx
              .createHttpServer()
              .requestHandler(request -> request.body().onSuccess(body -> take(request, body)))
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .join();
    }

    private Received expect(String webhook, int events) {
      var received = new Received(events);
      byWebhook.put(webhook, received);
      return received;
    }

    private String url(String webhook, String behaviour) {
      return "http://127.0.0.1:" + server.actualPort() + "/" + behaviour + "/" + webhook;
    }

    private void take(HttpServerRequest request, Buffer body) {
      var path = request.path().split("/");
      switch (path[1]) {
        case "alive" -> {
          byWebhook.get(path[2]).take(body.toString());
          request.response().end();
        }
        case "refusing" -> request.response().setStatusCode(500).end();
        default -> {} // never answers
      }
    }

    private void close() {
      vertx.close();
    }
  }

  private String call(String path, String body) throws Exception {
    return call("POST", path, body);
  }

  private String call(String method, String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/" + path))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .timeout(LIMIT)
            .method(method, BodyPublishers.ofString(body))
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
    var file = Path.of("bench", "results", "webhooks-" + now + ".json");
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
        new ProcessBuilder(command(java, jar))
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
    environment.put("WADI_SECRET_KEY", SECRET_KEY);
    environment.put("WADI_WEBHOOK_ALLOW_HTTP", "true");
    environment.put("WADI_WEBHOOK_ALLOWED_HOSTS", "127.0.0.1");
    return builder.start();
  }

  private static List<String> command(String java, String jar) {
    var command = new ArrayList<>(List.of(java, "-Xmx512m", "-Duser.timezone=UTC"));
    var options = System.getenv().getOrDefault("WADI_JAVA_OPTS", "");
    command.addAll(Arrays.stream(options.split(" ")).filter(each -> !each.isEmpty()).toList());
    command.addAll(List.of("-jar", jar, "run"));
    return command;
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

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
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
