import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.postgres.TableName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A backlog of changes, drained by pg_recvlogical, by Wadi and by pg_recvlogical again: on a shared
 * machine the two ceilings differ, and their mean counts.
 */
final class Drain {

  static final String EVENT_TABLE = "public.bench_events";

  private static final List<String> CEILING_SLOTS = List.of("ceiling_before", "ceiling_after");
  private static final String APPENDED = "select coalesce(sum(last_id), 0) from wadi.event_tables";

  private final BenchDatabase database;
  private final Load load;
  private final Map<String, String> pipelines;
  private final Map<String, Double> figures = new LinkedHashMap<>();
  private long eventsBefore;

  /**
   * @param pipelines route files by name
   */
  Drain(BenchDatabase database, Load load, Map<String, String> pipelines) {
    this.database = database;
    this.load = load;
    this.pipelines = pipelines;
  }

  /** One pipeline for each table of the load, all into {@link #EVENT_TABLE}. */
  static Map<String, String> pipelinesOf(Load load) {
    var pipelines = new LinkedHashMap<String, String>();
    for (var table : load.tables()) {
      var name = "bench_" + (pipelines.size() + 1);
      pipelines.put(name, WadiRun.pipeline(name, table, EVENT_TABLE));
    }
    return pipelines;
  }

  static void createEventTable(BenchDatabase database, String table) throws Exception {
    var name = TableName.parse(table);
    database.execute(new EventTableDdl(name, null).statements());
  }

  /** Makes the load's tables and lets Wadi make its publication and slot, then writes the load. */
  void prepare() throws Exception {
    database.execute(load.setUp());
    try (var wadi = WadiRun.start(database, pipelines, Map.of())) {
      wadi.awaitCapturing(load.tables().size());
    }
  }

  /**
   * Writes the load and keeps it for the readers to come.
   *
   * @param slots more slots to keep it for
   */
  void write(List<String> slots) throws Exception {
    for (var slot : CEILING_SLOTS) {
      createSlot(slot);
    }
    for (var slot : slots) {
      createSlot(slot);
    }
    Report.note("writing " + load.changes() + " changes of load " + load.name());
    load.write().to(database);
    for (var table : load.tables()) {
      database.execute("vacuum analyze " + table);
    }
    database.execute("checkpoint");
  }

  private void createSlot(String slot) throws Exception {
    database.execute("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
  }

  /** Drains the backlog and adds what that took to the report. */
  void measure(Report report) throws Exception {
    var ceiling = new Ceiling(database);
    var end = database.text("select pg_current_wal_insert_lsn()");
    double before = ceiling.drain(CEILING_SLOTS.get(0), end);
    double rate = drainWithWadi();
    double after = ceiling.drain(CEILING_SLOTS.get(1), end);
    double ceilingRate = (load.changes() / before + load.changes() / after) / 2;
    figures.put("ceiling_before_rows_per_s", load.changes() / before);
    figures.put("ceiling_after_rows_per_s", load.changes() / after);
    figures.put("wadi_rows_per_s", rate);
    figures.put("ratio", rate / ceilingRate);
    figures.forEach((name, value) -> report.add(load.name() + "_" + name, value));
    report.condition("ceiling_by", ceiling.by());
  }

  double rate() {
    return figures.get("wadi_rows_per_s");
  }

  /** Gives up the slots of ceilings that nobody is to measure. */
  void dropCeilings() throws Exception {
    for (var slot : CEILING_SLOTS) {
      database.execute("select pg_drop_replication_slot('" + slot + "')");
    }
  }

  /** Rows per second from the first event to the last, so without the start of Java. */
  double drainWithWadi() throws Exception {
    Report.note("draining with wadi " + WadiRun.MAX_HEAP);
    eventsBefore = database.number(APPENDED);
    long postmaster = database.server().processId();
    var postgresBefore = Cpu.ofDescendants(postmaster);
    long launched = System.nanoTime();
    try (var wadi = WadiRun.start(database, pipelines, Map.of())) {
      long wanted = eventsBefore + load.changes();
      database.await(wadi, "select (" + APPENDED + ") > " + eventsBefore);
      long started = System.nanoTime();
      long atStart = database.number(APPENDED);
      database.await(wadi, "select (" + APPENDED + ") >= " + wanted);
      double seconds = (System.nanoTime() - started) / 1e9;
      figures.put("wadi_startup_ms", (started - launched) / 1e6);
      figures.put("wadi_cpu_us_per_row", wadi.cpuSeconds() * 1e6 / load.changes());
      figures.put(
          "postgres_cpu_us_per_row",
          Cpu.ofDescendantsSince(postmaster, postgresBefore) * 1e6 / load.changes());
      figures.put("wadi_peak_rss_mb", (double) wadi.peakResidentMb());
      putHeap(wadi.heapAfterCollections());
      figures.put("load_average", Report.loadAverage());
      requireEachOnce();
      return (wanted - atStart) / seconds;
    }
  }

  private void putHeap(List<Double> heap) {
    int half = heap.size() / 2;
    figures.put("wadi_live_heap_first_half_mb", Report.median(heap.subList(0, half)));
    figures.put("wadi_live_heap_second_half_mb", Report.median(heap.subList(half, heap.size())));
  }

  /** A run that lost or repeated a change counts for nothing. */
  private void requireEachOnce() throws Exception {
    long events = database.number(APPENDED) - eventsBefore;
    if (events != load.changes()) {
      throw new IllegalStateException(
          "wadi stored %d events of %d changes".formatted(events, load.changes()));
    }
  }
}
