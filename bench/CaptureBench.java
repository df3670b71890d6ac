import java.util.List;

/**
 * How fast Wadi drains a backlog, as a share of what the same server can decode in the same run.
 */
final class CaptureBench {

  private static final int DEFAULT_CHANGES = 1_000_000;
  private static final int DEFAULT_RUNS = 3;

  private CaptureBench() {}

  /** Takes the number of changes, of runs, and optionally the only load to run. */
  public static void main(String[] arguments) throws Exception {
    int changes = arguments.length < 1 ? DEFAULT_CHANGES : Integer.parseInt(arguments[0]);
    int runs = arguments.length < 2 ? DEFAULT_RUNS : Integer.parseInt(arguments[1]);
    var loads =
        List.of(
            Load.bulk(changes),
            Load.single(changes / 5),
            Load.wide(100, changes / 2),
            Load.wide(1_000, changes / 5),
            Load.wide(20_000, changes / 100));
    var report = new Report("capture");
    for (int run = 1; run <= runs; run++) {
      for (var load : loads) {
        boolean wanted = arguments.length < 3 || load.name().equals(arguments[2]);
        if (wanted) {
          Report.note("run " + run + " of " + runs);
          measure(load, report);
        }
      }
    }
    report.condition("changes", changes);
    report.conclude();
  }

  private static void measure(Load load, Report report) throws Exception {
    boolean hasRival = load.name().equals("bulk");
    try (var database = BenchDatabase.start()) {
      Drain.createEventTable(database, Drain.EVENT_TABLE);
      var drain = new Drain(database, load, Drain.pipelinesOf(load));
      drain.prepare();
      drain.write(hasRival ? List.of(Rival.SLOT) : List.of());
      drain.measure(report);
      addMegabytes(database, drain, load, report);
      if (hasRival) {
        double rival = new Rival(database).drain(load.changes());
        report.add("bulk_rival_rows_per_s", rival);
        report.add("bulk_ratio_to_rival", drain.rate() / rival);
      }
    }
  }

  /** The rate in bytes of the events' records as they are printed. */
  private static void addMegabytes(BenchDatabase database, Drain drain, Load load, Report report)
      throws Exception {
    long bytes =
        database.number(
            "select avg(octet_length(record::text))::bigint from (select record from "
                + Drain.EVENT_TABLE
                + " limit 1000) as sample");
    report.add(load.name() + "_wadi_mb_per_s", drain.rate() * bytes / 1e6);
  }
}
