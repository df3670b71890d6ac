import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * How long a change takes from its commit until its event can be read, and what capturing costs the
 * application's own transactions, beside triggers that write the same rows.
 */
final class LatencyBench {

  private static final int DEFAULT_SECONDS = 20;
  private static final int DEFAULT_RUNS = 3;
  private static final int CHANGES_PER_SECOND = 1_000;
  private static final int TRANSACTIONS = 200;
  private static final int ROWS_PER_TRANSACTION = 100;
  private static final int TRANSACTION_INTERVAL_MS = 25;
  private static final Load LOAD = Load.bulk(0);
  private static final String TABLE = LOAD.tables().get(0);

  private static final String INSERT =
      "insert into %s (name, timezone, inserted_at, updated_at)"
          + " select 'region', 'est', clock_timestamp(), clock_timestamp() from generate_series(1, %d)";

  /** The synchronous way: the application's own transaction writes the event. */
  private static final String AUDIT =
      """
      create sequence public.audit_ids;
      create function public.audit() returns trigger language plpgsql as $$
      declare next bigint := nextval('public.audit_ids');
      begin
        insert into public.audit_events (
          id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, changes,
          action, committed_at, source_lsn, source_lsn_ordinal, transaction_id
        ) values (
          next, '00000000-0000-0000-0000-000000000000', tg_relid, tg_table_schema, tg_table_name, new.id::text,
          to_jsonb(new), case tg_op when 'UPDATE' then to_jsonb(old) end, lower(tg_op), now(), pg_lsn '0/0' + next, 0, 0
        );
        return null;
      end
      $$;
      create trigger audit after insert or update on public.bench_regions for each row execute function public.audit()
      """;

  /** What became visible since the last look, as microseconds since each was committed. */
  private static final String LOOK =
      "select id, (extract(epoch from clock_timestamp() - committed_at) * 1000)::float8 from "
          + Drain.EVENT_TABLE
          + " where id > %d order by id";

  private LatencyBench() {}

  /** Takes the seconds of each run, and the number of runs. */
  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length < 1 ? DEFAULT_SECONDS : Integer.parseInt(arguments[0]);
    int runs = arguments.length < 2 ? DEFAULT_RUNS : Integer.parseInt(arguments[1]);
    var report = new Report("latency");
    for (int run = 1; run <= runs; run++) {
      Report.note("run " + run + " of " + runs);
      try (var database = BenchDatabase.start()) {
        Drain.createEventTable(database, Drain.EVENT_TABLE);
        Drain.createEventTable(database, "public.audit_events");
        database.execute(LOAD.setUp());
        measure(database, seconds, report);
      }
    }
    report.condition("changes_per_second", CHANGES_PER_SECOND);
    report.condition("rows_per_transaction", ROWS_PER_TRANSACTION);
    report.conclude();
  }

  private static void measure(BenchDatabase database, int seconds, Report report) throws Exception {
    transactions(database); // warms caches up
    double alone = transactions(database);
    double captured;
    try (var wadi = WadiRun.start(database, Drain.pipelinesOf(LOAD), Map.of())) {
      wadi.awaitCapturing(1);
      produceAndLook(database, 5); // warms Java up
      var delays = produceAndLook(database, seconds);
      report.add("commit_to_visible_p50_ms", Report.percentile(delays, 50));
      report.add("commit_to_visible_p99_ms", Report.percentile(delays, 99));
      transactions(database);
      captured = transactions(database);
    }
    double after = transactions(database);
    var decoded = transactionsWhileDecoded(database);
    database.execute(AUDIT);
    transactions(database);
    double audited = transactions(database);
    double plain = (alone + after) / 2;
    report.add("transaction_alone_ms", plain);
    report.add("transaction_with_wadi_ms", captured);
    report.add("transaction_with_triggers_ms", audited);
    report.add("transaction_with_wadi_ratio", captured / plain);
    report.add("transaction_with_triggers_ratio", audited / plain);
    if (decoded.isPresent()) {
      report.add("transaction_with_decoding_ratio", decoded.getAsDouble() / plain);
    }
  }

  /** With a reader that throws everything away: what any change capture costs at least. */
  private static OptionalDouble transactionsWhileDecoded(BenchDatabase database) throws Exception {
    database.execute("select pg_create_logical_replication_slot('floor', 'pgoutput')");
    var reader = new Ceiling(database).follow("floor");
    if (reader.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      transactions(database);
      return OptionalDouble.of(transactions(database));
    } finally {
      reader.get().destroyForcibly().waitFor();
    }
  }

  /** Median milliseconds of a transaction, at a pace that leaves the machine time for others. */
  private static double transactions(BenchDatabase database) throws Exception {
    var durations = new ArrayList<Double>();
    try (var application = database.connect();
        var insert = application.prepareStatement(INSERT.formatted(TABLE, ROWS_PER_TRANSACTION))) {
      long begin = System.nanoTime();
      for (int n = 0; n < TRANSACTIONS; n++) {
        await(begin + n * TimeUnit.MILLISECONDS.toNanos(TRANSACTION_INTERVAL_MS));
        long start = System.nanoTime();
        insert.execute();
        durations.add((System.nanoTime() - start) / 1e6);
      }
    }
    return Report.median(durations);
  }

  /** Commits single rows at a steady pace and looks for their events; milliseconds of each. */
  private static List<Double> produceAndLook(BenchDatabase database, int seconds) throws Exception {
    int changes = seconds * CHANGES_PER_SECOND;
    var producer = Executors.newSingleThreadExecutor();
    try (var reader = database.connect()) {
      long last =
          Long.parseLong(
              BenchDatabase.text(reader, "select coalesce(max(id), 0) from " + Drain.EVENT_TABLE));
      var produced =
          producer.submit(
              () -> {
                produce(database, changes);
                return null;
              });
      var delays = look(reader, last, changes);
      produced.get();
      return delays;
    } finally {
      producer.shutdownNow();
    }
  }

  private static void produce(BenchDatabase database, int changes) throws Exception {
    try (var application = database.connect();
        var insert = application.prepareStatement(INSERT.formatted(TABLE, 1))) {
      long begin = System.nanoTime();
      for (int n = 0; n < changes; n++) {
        await(begin + n * TimeUnit.SECONDS.toNanos(1) / CHANGES_PER_SECOND);
        insert.execute();
      }
    }
  }

  private static List<Double> look(Connection reader, long from, int wanted) throws Exception {
    var delays = new ArrayList<Double>();
    long last = from;
    while (delays.size() < wanted) {
      try (var statement = reader.createStatement();
          var row = statement.executeQuery(LOOK.formatted(last))) {
        while (row.next()) {
          last = row.getLong(1);
          delays.add(row.getDouble(2));
        }
      }
      TimeUnit.MICROSECONDS.sleep(500);
    }
    return delays;
  }

  private static void await(long nanoTime) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
  }
}
