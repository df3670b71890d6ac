import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * How fast consumer groups hand out and settle messages over HTTP, beside the queue that most
 * people would write: a table, {@code for update skip locked} and {@code delete}, over JDBC.
 */
final class ConsumeBench {

  private static final int DEFAULT_EVENTS = 300_000;
  private static final int DEFAULT_RUNS = 3;
  private static final int LATENCY_EVENTS = 10_000;
  private static final int LATENCY_EVENTS_PER_SECOND = 1_000;
  private static final List<Integer> BATCHES = List.of(1, 10, 100);
  private static final List<Integer> WORKERS = List.of(1, 8, 32);
  private static final String TABLE = "public.bench_orders";
  private static final Pattern ACK_ID = Pattern.compile("\"ack_id\":\"([^\"]+)\"");
  private static final Pattern COMMITTED_AT = Pattern.compile("\"committed_at\":\"([^\"]+)\"");

  private static final String TAKE =
      """
      delete from public.bench_queue where id in (
        select id from public.bench_queue order by id limit %d for update skip locked
      ) returning id, payload
      """;

  private final int events;
  private final BenchDatabase database;
  private final WadiRun wadi;
  private final Report report;

  private ConsumeBench(int events, BenchDatabase database, WadiRun wadi, Report report) {
    this.events = events;
    this.database = database;
    this.wadi = wadi;
    this.report = report;
  }

  /** Takes the number of events, and of runs. */
  public static void main(String[] arguments) throws Exception {
    int events = arguments.length < 1 ? DEFAULT_EVENTS : Integer.parseInt(arguments[0]);
    int runs = arguments.length < 2 ? DEFAULT_RUNS : Integer.parseInt(arguments[1]);
    var report = new Report("consume");
    for (int run = 1; run <= runs; run++) {
      Report.note("run " + run + " of " + runs);
      run(events, report);
    }
    report.condition("events", events);
    report.conclude();
  }

  private static void run(int events, Report report) throws Exception {
    var pipelines = Map.of("bench", WadiRun.pipeline("bench", TABLE, Drain.EVENT_TABLE));
    try (var database = BenchDatabase.start()) {
      database.execute("create table " + TABLE + " (id serial primary key, note text)");
      Drain.createEventTable(database, Drain.EVENT_TABLE);
      try (var wadi = WadiRun.start(database, pipelines, Map.of())) {
        wadi.awaitCapturing(1);
        new ConsumeBench(events, database, wadi, report).measureWadi();
      }
      measureTables(events, database, report);
    }
  }

  private void measureWadi() throws Exception {
    wadi.call("streams", "{\"name\": \"bench\", \"table\": \"" + Drain.EVENT_TABLE + "\"}");
    load();
    consume("warm_up_100", 100, 8);
    consume("warm_up_1", 1, 8);
    wadi.call("DELETE", "consumer_groups/warm_up_100", "");
    wadi.call("DELETE", "consumer_groups/warm_up_1", "");
    for (int batch : BATCHES) {
      for (int workers : WORKERS) {
        measureGroup(batch, workers);
      }
    }
    measureLatency();
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

  private void measureGroup(int batch, int workers) throws Exception {
    var name = "batch_" + batch + "_workers_" + workers;
    database.execute("checkpoint");
    long wal = database.wal();
    double rate = consume(name, batch, workers);
    double bytes = (database.wal() - wal) / (double) quota(batch);
    wadi.call("DELETE", "consumer_groups/" + name, ""); // it would go on to read what is new
    report.add("wadi_" + name + "_acked_per_s", rate);
    report.add("wadi_" + name + "_wal_bytes_per_event", bytes);
  }

  /** Acked messages per second of a new group. */
  private double consume(String group, int batch, int workers) throws Exception {
    Report.note("consuming " + group);
    wadi.call("consumer_groups", "{\"name\": \"%s\", \"stream\": \"bench\"}".formatted(group));
    var left = new AtomicInteger(quota(batch));
    return inParallel(workers, quota(batch), () -> receiveAndAck(group, batch, left));
  }

  private Void receiveAndAck(String group, int batch, AtomicInteger left) throws Exception {
    try (var client = new LeanClient(wadi.port())) {
      while (left.get() > 0) {
        var ids = ackIds(receive(client, group, batch));
        ack(client, group, ids);
        left.addAndGet(-ids.size());
      }
    }
    return null;
  }

  private static String receive(LeanClient client, String group, int batch) throws IOException {
    var body = "{\"batch_size\": " + batch + ", \"wait_for\": 500}";
    return client.post("consumer_groups/" + group + "/receive", body);
  }

  private static void ack(LeanClient client, String group, List<String> ids) throws IOException {
    if (!ids.isEmpty()) {
      client.post(
          "consumer_groups/" + group + "/ack",
          "{\"ack_ids\": [\"" + String.join("\", \"", ids) + "\"]}");
    }
  }

  private static List<String> ackIds(String received) {
    return ACK_ID.matcher(received).results().map(found -> found.group(1)).toList();
  }

  /** From commit to receive, while single rows are committed at a steady rate. */
  private void measureLatency() throws Exception {
    Report.note("measuring the delay from commit to receive");
    wadi.call(
        "consumer_groups",
        "{\"name\": \"latency\", \"stream\": \"bench\", \"start\": {\"position\": \"end\"}}");
    var delays = new ArrayList<Double>();
    var producer = Executors.newSingleThreadExecutor();
    try (var client = new LeanClient(wadi.port())) {
      var produced = producer.submit(this::produce);
      while (delays.size() < LATENCY_EVENTS) {
        var received = receive(client, "latency", 100);
        var now = Instant.now();
        COMMITTED_AT
            .matcher(received)
            .results()
            .forEach(found -> delays.add(millis(Instant.parse(found.group(1)), now)));
        ack(client, "latency", ackIds(received));
      }
      report.add("produced_per_s", produced.get());
    } finally {
      producer.shutdownNow();
    }
    report.add("commit_to_receive_p50_ms", Report.percentile(delays, 50));
    report.add("commit_to_receive_p99_ms", Report.percentile(delays, 99));
  }

  private Double produce() throws Exception {
    try (var connection = database.connect();
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

  private static void measureTables(int events, BenchDatabase database, Report report)
      throws Exception {
    for (int batch : BATCHES) {
      for (int workers : WORKERS) {
        measureTable(quota(events, batch), batch, workers, database, report);
      }
    }
  }

  /** A row per message in a table of its own, taken and settled by one statement. */
  private static void measureTable(
      int messages, int batch, int workers, BenchDatabase database, Report report)
      throws Exception {
    var name = "table_batch_" + batch + "_workers_" + workers;
    Report.note("taking from a " + name);
    database.execute("drop table if exists public.bench_queue");
    database.execute("create table public.bench_queue (id bigserial primary key, payload jsonb)");
    database.execute(
        "insert into public.bench_queue (payload) select record from public.bench_events limit "
            + messages);
    database.execute("vacuum analyze public.bench_queue");
    database.execute("checkpoint");
    long wal = database.wal();
    report.add(name + "_acked_per_s", inParallel(workers, messages, () -> take(database, batch)));
    report.add(name + "_wal_bytes_per_event", (database.wal() - wal) / (double) messages);
  }

  private static Void take(BenchDatabase database, int batch) throws SQLException {
    try (var connection = database.connect();
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
    return quota(events, batch);
  }

  private static int quota(int events, int batch) {
    return Math.min(events, batch == 1 ? events / 10 : batch == 10 ? events / 4 : events);
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
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
}
