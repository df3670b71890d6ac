import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * How fast webhooks deliver to a receiver on the same machine, how long an event takes to get
 * there, and what a receiver that is dead costs the others.
 */
final class WebhookBench {

  private static final int DEFAULT_EVENTS = 50_000;
  private static final int DEFAULT_RUNS = 3;
  private static final int WARM_UP_EVENTS = 20_000;
  private static final int EVENTS_OF_TEN = 4_000;
  private static final int LATENCY_SECONDS = 20;
  private static final int LATENCY_EVENTS_PER_SECOND = 200;
  private static final List<Integer> BATCHES = List.of(1, 100);
  private static final String TABLE = "public.bench_orders";
  private static final Map<String, String> SETTINGS =
      Map.of("WADI_WEBHOOK_ALLOW_HTTP", "true", "WADI_WEBHOOK_ALLOWED_HOSTS", "127.0.0.1");
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern SEQ = Pattern.compile("\"metadata\":\\{\"seq\":");
  private static final Pattern COMMITTED_AT = Pattern.compile("\"committed_at\":\"([^\"]+)\"");

  private final int events;
  private final BenchDatabase database;
  private final WadiRun wadi;
  private final Receivers receivers;
  private final Report report;

  private WebhookBench(
      int events, BenchDatabase database, WadiRun wadi, Receivers receivers, Report report) {
    this.events = events;
    this.database = database;
    this.wadi = wadi;
    this.receivers = receivers;
    this.report = report;
  }

  /** Takes the number of events, and of runs. */
  public static void main(String[] arguments) throws Exception {
    int events = arguments.length < 1 ? DEFAULT_EVENTS : Integer.parseInt(arguments[0]);
    int runs = arguments.length < 2 ? DEFAULT_RUNS : Integer.parseInt(arguments[1]);
    var report = new Report("webhooks");
    for (int run = 1; run <= runs; run++) {
      Report.note("run " + run + " of " + runs);
      run(events, report);
    }
    report.condition("events", events);
    report.conclude();
  }

  private static void run(int events, Report report) throws Exception {
    var pipelines = Map.of("bench", WadiRun.pipeline("bench", TABLE, Drain.EVENT_TABLE));
    var receivers = new Receivers();
    try (var database = BenchDatabase.start()) {
      database.execute("create table " + TABLE + " (id serial primary key, note text)");
      Drain.createEventTable(database, Drain.EVENT_TABLE);
      try (var wadi = WadiRun.start(database, pipelines, SETTINGS)) {
        wadi.awaitCapturing(1);
        new WebhookBench(events, database, wadi, receivers, report).measure();
      }
    } finally {
      receivers.close();
    }
  }

  private void measure() throws Exception {
    wadi.call("streams", "{\"name\": \"bench\", \"table\": \"" + Drain.EVENT_TABLE + "\"}");
    load();
    drain("warm-up", 1, Math.max(0, events - WARM_UP_EVENTS));
    for (int batch : BATCHES) {
      measureDrain(batch);
    }
    measureLatency();
    measureTen("ten_alive", "alive");
    measureTen("nine_alive_one_silent", "silent");
    measureTen("nine_alive_one_refusing", "refusing");
  }

  private void load() throws Exception {
    Report.note("loading " + events + " events");
    database.execute(
        "insert into %s (note) select 'note ' || n from generate_series(1, %d) as n"
            .formatted(TABLE, events));
    database.execute("vacuum analyze " + TABLE);
    database.await(
        wadi, "select coalesce(max(last_id), 0) >= " + events + " from wadi.event_tables");
  }

  private void measureDrain(int batch) throws Exception {
    database.execute("checkpoint");
    long wal = database.wal();
    double cpu = wadi.cpuSeconds();
    var got = drain("batch_" + batch, batch, 0);
    var name = "batch_" + batch;
    report.add(name + "_requests_per_s", got.requests.get() / got.seconds());
    report.add(name + "_events_per_s", got.events.get() / got.seconds());
    report.add(
        name + "_wadi_cpu_us_per_request", (wadi.cpuSeconds() - cpu) * 1e6 / got.requests.get());
    report.add(name + "_wal_bytes_per_event", (database.wal() - wal) / (double) events);
  }

  /** What a new webhook delivers of the events after a place, until it has delivered all. */
  private Received drain(String webhook, int batch, int after) throws Exception {
    Report.note("delivering " + webhook);
    var got = receivers.expect(webhook, events - after);
    create(webhook, "alive", batch, after);
    got.awaitAll();
    wadi.call("DELETE", "webhooks/" + webhook, "");
    return got;
  }

  /** How fast nine webhooks deliver while the tenth behaves in some way. */
  private void measureTen(String name, String tenth) throws Exception {
    Report.note("delivering to " + name);
    int after = (int) database.number("select last_id from wadi.event_tables") - EVENTS_OF_TEN;
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
    report.add(name + "_requests_per_s_of_nine", 9 * EVENTS_OF_TEN / seconds);
    for (int number = 0; number < 10; number++) {
      wadi.call("DELETE", "webhooks/" + name + "_" + number, "");
    }
  }

  private void create(String webhook, String behaviour, int batch, int after) throws Exception {
    var start =
        after == 0
            ? "{\"position\": \"beginning\"}"
            : "{\"position\": \"from\", \"value\": " + (after + 1) + "}";
    wadi.call(
        "webhooks",
        "{\"name\": \"%s\", \"stream\": \"bench\", \"url\": \"%s\", \"batch_size\": %d, \"start\": %s}"
            .formatted(webhook, receivers.url(webhook, behaviour), batch, start));
  }

  /** From commit to receiver, while single rows are committed at a steady rate. */
  private void measureLatency() throws Exception {
    Report.note("measuring the delay from commit to receiver");
    int expected = LATENCY_SECONDS * LATENCY_EVENTS_PER_SECOND;
    var got = receivers.expect("latency", expected);
    wadi.call(
        "webhooks",
        "{\"name\": \"latency\", \"stream\": \"bench\", \"url\": \"%s\", \"start\": {\"position\": \"end\"}}"
            .formatted(receivers.url("latency", "alive")));
    report.add("produced_per_s", produce(expected));
    got.awaitAll();
    wadi.call("DELETE", "webhooks/latency", "");
    var delays = new ArrayList<>(got.delays);
    report.add("commit_to_receiver_p50_ms", Report.percentile(delays, 50));
    report.add("commit_to_receiver_p99_ms", Report.percentile(delays, 99));
  }

  private double produce(int rows) throws Exception {
    try (var connection = database.connect();
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

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }
}
