import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What many pipelines, many consumer groups and a large event table cost capture. */
final class PipelinesBench {

  private static final int DEFAULT_CHANGES = 400_000;
  private static final int DEFAULT_RUNS = 3;
  private static final int LARGE = 20_000_000;

  private static final String FILL =
      """
      insert into public.bench_events (
        id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, action,
        committed_at, source_lsn, source_lsn_ordinal, transaction_id
      )
      select n, '00000000-0000-0000-0000-000000000000', 1, 'public', 'earlier', n::text,
        '{"id": 1, "name": "region", "timezone": "est"}', 'insert', timestamptz '2020-01-01' + n * interval '1 second',
        pg_lsn '0/0' + n, 0, 0
      from generate_series(%d, %d) as n
      """;

  private PipelinesBench() {}

  /** Takes the number of changes, of runs, and of events that a large event table holds. */
  public static void main(String[] arguments) throws Exception {
    int changes = arguments.length < 1 ? DEFAULT_CHANGES : Integer.parseInt(arguments[0]);
    int runs = arguments.length < 2 ? DEFAULT_RUNS : Integer.parseInt(arguments[1]);
    int large = arguments.length < 3 ? LARGE : Integer.parseInt(arguments[2]);
    var report = new Report("pipelines");
    for (int run = 1; run <= runs; run++) {
      Report.note("run " + run + " of " + runs);
      for (int pipelines : List.of(1, 10, 100)) {
        manyPipelines(pipelines, changes, report);
      }
      for (int pipelines : List.of(10, 100)) {
        manyOnOneTable(pipelines, changes, report);
      }
      for (int groups : List.of(1, 20)) {
        manyGroups(groups, changes, report);
      }
    }
    largeEventTable(changes, large, runs, report);
    report.condition("changes", changes);
    conclude(report);
  }

  private static void conclude(Report report) throws Exception {
    report.add("pipelines_100_to_1", ratio(report, "pipelines_100", "pipelines_1"));
    report.add("same_table_pipelines_100_to_1", ratio(report, "same_table_100", "pipelines_1"));
    report.add("groups_20_to_1", ratio(report, "groups_20", "groups_1"));
    report.add("large_to_empty", ratio(report, "large", "empty"));
    report.conclude();
  }

  private static double ratio(Report report, String of, String to) {
    return report.median(of + "_rows_per_s") / report.median(to + "_rows_per_s");
  }

  /** So many tables with a pipeline each, all into one event table. */
  private static void manyPipelines(int pipelines, int changes, Report report) throws Exception {
    var load = Load.spread(pipelines, changes);
    try (var database = BenchDatabase.start()) {
      Drain.createEventTable(database, Drain.EVENT_TABLE);
      var drain = new Drain(database, load, Drain.pipelinesOf(load));
      drain.prepare();
      drain.write(List.of());
      report.add("pipelines_" + pipelines + "_rows_per_s", drain.drainWithWadi());
    }
  }

  /**
   * One table that so many pipelines watch; all but one want only deletes, of which there are none.
   */
  private static void manyOnOneTable(int pipelines, int changes, Report report) throws Exception {
    var load = Load.spread(1, changes);
    var table = load.tables().get(0);
    var files = new LinkedHashMap<>(Drain.pipelinesOf(load));
    for (int n = 2; n <= pipelines; n++) {
      var idle =
          WadiRun.pipeline("idle_" + n, table, Drain.EVENT_TABLE)
              .replace("table: " + table, "table: " + table + "\n        actions: delete");
      files.put("idle_" + n, idle);
    }
    try (var database = BenchDatabase.start()) {
      Drain.createEventTable(database, Drain.EVENT_TABLE);
      var drain = new Drain(database, load, files);
      drain.prepare();
      drain.write(List.of());
      report.add("same_table_" + pipelines + "_rows_per_s", drain.drainWithWadi());
    }
  }

  /** Groups that exist and hold their place at the end, while nobody asks them for messages. */
  private static void manyGroups(int groups, int changes, Report report) throws Exception {
    var load = Load.spread(1, changes);
    try (var database = BenchDatabase.start()) {
      Drain.createEventTable(database, Drain.EVENT_TABLE);
      var drain = new Drain(database, load, Drain.pipelinesOf(load));
      drain.prepare();
      try (var wadi = WadiRun.start(database, Drain.pipelinesOf(load), Map.of())) {
        wadi.awaitCapturing(1);
        wadi.call("streams", "{\"name\": \"bench\", \"table\": \"public.bench_events\"}");
        for (int n = 1; n <= groups; n++) {
          wadi.call(
              "consumer_groups", "{\"name\": \"group_%d\", \"stream\": \"bench\"}".formatted(n));
        }
      }
      drain.write(List.of());
      report.add("groups_" + groups + "_rows_per_s", drain.drainWithWadi());
    }
  }

  /** The same drains into an event table that is empty at first and into one that is full. */
  private static void largeEventTable(int changes, int events, int runs, Report report)
      throws Exception {
    var load = Load.spread(1, changes);
    try (var database = BenchDatabase.start()) {
      Drain.createEventTable(database, Drain.EVENT_TABLE);
      var drain = new Drain(database, load, Drain.pipelinesOf(load));
      drain.prepare();
      for (int run = 1; run <= runs; run++) {
        database.execute("truncate " + Drain.EVENT_TABLE);
        drain.write(List.of());
        report.add("empty_rows_per_s", drain.drainWithWadi());
        drain.dropCeilings();
      }
      Report.note("filling the event table with " + events + " events");
      database.execute("truncate " + Drain.EVENT_TABLE);
      for (int from = 1; from <= events; from += 1_000_000) {
        database.execute(FILL.formatted(from, Math.min(events, from + 999_999)));
      }
      database.execute(
          "update wadi.event_tables set last_id = " + events + " where last_id < " + events);
      database.execute("vacuum analyze " + Drain.EVENT_TABLE);
      database.execute("checkpoint");
      for (int run = 1; run <= runs; run++) {
        drain.write(List.of());
        report.add("large_rows_per_s", drain.drainWithWadi());
        drain.dropCeilings();
      }
    }
  }
}
