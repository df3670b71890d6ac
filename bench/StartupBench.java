import java.nio.file.Files;
import java.util.Map;

/**
 * How long {@code ./wadi run} takes from its launch to the first event, with and without what Java
 * kept of an earlier start, and what it takes while it has nothing to do.
 */
final class StartupBench {

  private static final int DEFAULT_RUNS = 5;
  private static final int DEFAULT_IDLE_SECONDS = 60;
  private static final Load LOAD = Load.bulk(0);
  private static final String INSERT =
      "insert into " + LOAD.tables().get(0) + " (name) values ('waits')";
  private static final String FIRST =
      "select (extract(epoch from max(inserted_at)) * 1000)::bigint from " + Drain.EVENT_TABLE;

  private final int runs;
  private final int idleSeconds;
  private final BenchDatabase database;
  private final Report report;

  private StartupBench(int runs, int idleSeconds, BenchDatabase database, Report report) {
    this.runs = runs;
    this.idleSeconds = idleSeconds;
    this.database = database;
    this.report = report;
  }

  /** Takes the number of starts of each kind, and half of the seconds to be idle. */
  public static void main(String[] arguments) throws Exception {
    int runs = arguments.length < 1 ? DEFAULT_RUNS : Integer.parseInt(arguments[0]);
    int idleSeconds = arguments.length < 2 ? DEFAULT_IDLE_SECONDS : Integer.parseInt(arguments[1]);
    var report = new Report("startup");
    try (var database = BenchDatabase.start()) {
      new StartupBench(runs, idleSeconds, database, report).measure();
    }
    report.condition("idle_seconds", idleSeconds);
    report.conclude();
  }

  private void measure() throws Exception {
    database.execute(LOAD.setUp());
    Drain.createEventTable(database, Drain.EVENT_TABLE);
    start("no").close(); // makes schema, publication and slot, and fills the disk's cache
    measureStarts("plain", "no");
    warmUp();
    measureStarts("kept", "yes");
    measureIdle();
  }

  /** Each start has one change that waits for it. */
  private void measureStarts(String name, String archive) throws Exception {
    Report.note(runs + " starts, archive: " + archive);
    for (int run = 0; run < runs; run++) {
      database.execute(INSERT);
      long before = database.number("select coalesce(max(id), 0) from " + Drain.EVENT_TABLE);
      long launched = System.currentTimeMillis();
      try (var wadi = start(archive)) {
        database.await(wadi, "select max(id) > " + before + " from " + Drain.EVENT_TABLE);
        report.add(name + "_start_to_first_event_ms", database.number(FIRST) - launched);
        report.add(name + "_cpu_until_then_ms", wadi.cpuSeconds() * 1e3);
      }
    }
  }

  private void warmUp() throws Exception {
    Report.note("./wadi warm-up");
    var log = database.folder().resolve("warm-up.log");
    var builder =
        new ProcessBuilder("./wadi", "warm-up")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    long start = System.nanoTime();
    if (builder.start().waitFor() != 0) {
      throw new IllegalStateException(Files.readString(log));
    }
    report.add("warm_up_s", (System.nanoTime() - start) / 1e9);
  }

  /** Half of the time passes before it counts: compilers are busy for a while after a start. */
  private void measureIdle() throws Exception {
    Report.note("idle for twice " + idleSeconds + " s");
    try (var wadi = start("yes")) {
      Thread.sleep(idleSeconds * 1_000L);
      double cpu = wadi.cpuSeconds();
      Thread.sleep(idleSeconds * 1_000L);
      report.add("idle_cpu_percent_of_a_core", 100 * (wadi.cpuSeconds() - cpu) / idleSeconds);
      report.add("idle_rss_mb", wadi.residentMb());
    }
  }

  private WadiRun start(String archive) throws Exception {
    var wadi = WadiRun.start(database, Drain.pipelinesOf(LOAD), Map.of("WADI_ARCHIVE", archive));
    wadi.awaitCapturing(1);
    return wadi;
  }
}
