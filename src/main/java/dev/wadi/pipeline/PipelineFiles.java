package dev.wadi.pipeline;

import dev.wadi.capture.BatchGate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the pipelines that run equal to the files in their folder.
 *
 * <p>A file that is refused changes nothing: the version that ran before goes on. At the start,
 * where there is none, capture waits: to begin without the pipeline would pass its changes by.
 */
public final class PipelineFiles {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.pipeline");
  private static final long SCAN_INTERVAL_MS = 500;
  private static final Duration GATE_LIMIT = Duration.ofSeconds(5);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long START_RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final String GONE =
      "the folder is gone; what runs goes on: bring it back, or make it anew and empty to end it";

  private static final String MISSING =
      "the folder of pipelines '%s' is not there although tables were captured before, and to go on"
          + " without it would pass their changes by; bring it back, or make it anew and empty";

  private record Refusal(String text, String reason, long at, boolean byCamel) {}

  /** Camel does not run the route although file and databases are as they must be. */
  private static final class NotStartedException extends Exception {

    NotStartedException(Exception cause) {
      super(cause);
    }
  }

  private final PipelineFolder folder;
  private final Pipelines pipelines;
  private final PipelineChecks checks;
  private final PipelineMeters meters;
  private final BatchGate gate;
  private final PipelineStates states;
  private final Backfills backfills;
  private final Callable<Boolean> capturedBefore;
  private final Map<String, String> running = new ConcurrentHashMap<>();
  private final Map<String, Refusal> refusals = new ConcurrentSkipListMap<>();
  private final Set<String> vanished = new HashSet<>();
  private String trouble = "";
  private boolean complete;
  private volatile boolean gone;
  private int versions;
  private @Nullable PipelineRoutes routes;

  public PipelineFiles(
      PipelineFolder folder,
      Pipelines pipelines,
      PipelineChecks checks,
      PipelineMeters meters,
      BatchGate gate,
      PipelineStates states,
      Backfills backfills,
      Callable<Boolean> capturedBefore) {
    this.folder = folder;
    this.pipelines = pipelines;
    this.checks = checks;
    this.meters = meters;
    this.gate = gate;
    this.states = states;
    this.backfills = backfills;
    this.capturedBefore = capturedBefore;
  }

  /** Loads every file, each by itself, and from then on what changes in the folder. */
  public void start(CamelContext context) {
    synchronized (this) {
      routes = new PipelineRoutes(context);
    }
    scan();
    context
        .getExecutorServiceManager()
        .newSingleThreadScheduledExecutor(this, "pipeline-files")
        .scheduleWithFixedDelay(
            this::scan, SCAN_INTERVAL_MS, SCAN_INTERVAL_MS, TimeUnit.MILLISECONDS);
  }

  /** Why files are refused, by pipeline. */
  public Map<String, String> refusals() {
    var reasons = new TreeMap<String, String>();
    refusals.forEach((name, refusal) -> reasons.put(name, refusal.reason()));
    return reasons;
  }

  /** The text that a pipeline runs by; empty if it does not run. */
  public String runningText(String name) {
    return running.getOrDefault(name, "");
  }

  /** What a person is told of a failure: the innermost message, on one line. */
  public static String reason(Throwable failure) {
    var cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    var message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.replaceAll("\\s+", " ").strip();
  }

  /**
   * Loads a file at once.
   *
   * @throws Exception if it is refused
   */
  synchronized void load(String name) throws Exception {
    var text = folder.text(name);
    if (text != null) {
      load(name, text);
    }
  }

  /** Takes up whatever is in a file now, after a load that was refused. */
  synchronized void reload(String name) throws Exception {
    var text = folder.text(name);
    refusals.remove(name);
    if (text == null) {
      removed(name);
    } else if (!text.equals(running.get(name))) {
      attempt(name, text);
    }
  }

  /** Stops the pipeline of a file that is gone. */
  synchronized void removed(String name) throws Exception {
    refusals.remove(name);
    vanished.remove(name);
    if (running.containsKey(name)) {
      gate.betweenBatches(
          GATE_LIMIT,
          () -> {
            routes().remove(name);
            pipelines.remove(name);
            return name;
          });
      running.remove(name);
      meters.remove(name);
      LOG.info("pipeline {}: removed", name);
      tellKept(name);
    }
  }

  private void tellKept(String name) throws SQLException {
    long kept = states.kept(name);
    if (kept > 0) {
      LOG.warn(
          "pipeline {}: {} changes that it kept while it was paused are no events and stay; bring"
              + " its file back and resume it, or discard them: POST"
              + " /api/pipelines/{}/discard_kept",
          name,
          kept,
          name);
    }
  }

  private synchronized void scan() {
    try {
      gone = isFolderMissed();
      if (gone) {
        running.keySet().forEach(this::tellGone);
      } else {
        takeUp(folder.contents());
      }
      gate.betweenBatches(
          GATE_LIMIT,
          () -> {
            pipelines.lookForTables();
            return running;
          });
      settle();
      startBackfills();
      note(gone ? absence() : "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      // Whatever it was: a task that throws is never run again.
      note(reason(e));
    }
  }

  private boolean isFolderMissed() throws Exception {
    if (folder.exists()) {
      return false;
    }
    if (complete || !running.isEmpty()) {
      return !running.isEmpty();
    }
    gone = true; // until the event log has answered
    return capturedBefore.call();
  }

  private void takeUp(PipelineFolder.Contents contents) throws Exception {
    if (contents.texts().entrySet().stream().filter(this::isChanged).count() > 1) {
      // A table may move from one file to another: no batch comes between.
      gate.betweenBatches(GATE_LIMIT, () -> attemptAll(contents));
    } else {
      attemptAll(contents);
    }
    contents.unreadable().forEach((name, failure) -> refuse(name, "", failure));
    removeVanished(contents.names());
  }

  private boolean isChanged(Map.Entry<String, String> file) {
    return !file.getValue().equals(running.get(file.getKey()));
  }

  private PipelineFolder.Contents attemptAll(PipelineFolder.Contents contents) {
    contents.texts().forEach(this::attempt);
    return contents;
  }

  private void tellGone(String name) {
    refusals.put(
        name,
        new Refusal(
            "", "pipeline file '" + folder.file(name) + "': " + GONE, System.nanoTime(), false));
  }

  private void note(String found) {
    boolean isNews = !found.isEmpty() && !found.equals(trouble);
    if (isNews) {
      LOG.warn("pipeline files: not looked through, next attempt follows: {}", found);
    }
    trouble = found;
  }

  /** Where a pipeline asks for it, each of its tables is read once, those made later too. */
  private void startBackfills() throws SQLException {
    for (var name : pipelines.backfilling()) {
      backfills.ensure(name, pipelines.tables(name));
    }
  }

  /** Until every file of the start is loaded, capture is told which are not. */
  private void settle() {
    complete |= refusals.isEmpty() && !gone;
    pipelines.notLoaded(complete ? "" : gone ? absence() : reasons());
  }

  private String absence() {
    return complete ? GONE : MISSING.formatted(folder);
  }

  /** Whether the folder is not there although it should be. */
  boolean isFolderGone() {
    return gone;
  }

  private String reasons() {
    return String.join("; ", refusals.values().stream().map(Refusal::reason).toList());
  }

  private void attempt(String name, String text) {
    if (text.equals(running.get(name))) {
      refusals.remove(name);
      return;
    }
    var refusal = refusals.get(name);
    if (refusal != null && refusal.text().equals(text) && !isDue(refusal, name)) {
      return;
    }
    try {
      load(name, text);
    } catch (Exception | StackOverflowError e) {
      refuse(name, text, e);
    }
  }

  /**
   * What the databases refused may be right soon. Camel stops the version that runs to start
   * another, and keeps some of each try, so it tries a text once, or now and then if none runs.
   */
  private boolean isDue(Refusal refusal, String name) {
    long age = System.nanoTime() - refusal.at();
    return refusal.byCamel()
        ? !running.containsKey(name) && age >= START_RETRY_NANOS
        : age >= RETRY_NANOS;
  }

  private void refuse(String name, String text, Throwable failure) {
    var reason = "pipeline file '" + folder.file(name) + "': " + reason(failure);
    boolean byCamel = failure instanceof NotStartedException;
    var last = refusals.put(name, new Refusal(text, reason, System.nanoTime(), byCamel));
    boolean isNews = last == null || !last.reason().equals(reason);
    if (isNews) {
      LOG.error("{}{}", reason, running.containsKey(name) ? "; the version before goes on" : "");
    }
  }

  private void load(String name, String text) throws Exception {
    var before = running.get(name);
    var file = require(name, text, before);
    gate.betweenBatches(
        GATE_LIMIT,
        () -> {
          replace(name, file, before);
          return name;
        });
    running.put(name, text);
    refusals.remove(name);
    LOG.info("pipeline {}: {}", name, before == null ? "started" : "changed");
  }

  /**
   * A definition with its placeholders filled in.
   *
   * @throws IllegalArgumentException if a setting is missing
   */
  synchronized PipelineDefinition resolved(PipelineDefinition pipeline) {
    var routes = routes();
    return new PipelineDefinition(
        pipeline.name(),
        routes.resolved(pipeline.tables()),
        PipelineDefinition.actionsOf(routes.resolved(String.join(",", pipeline.actions()))),
        Filters.parse(routes.resolved(Filters.json(pipeline.filters()))),
        routes.resolved(pipeline.eventTable()),
        pipeline.backfill());
  }

  private @Nullable String plainEventTable(PipelineFile file) {
    var eventTable = file.plainEventTable();
    return eventTable == null ? null : routes().resolved(eventTable);
  }

  private void replace(String name, PipelineFile next, @Nullable String before) throws Exception {
    try {
      run(name, next);
    } catch (Exception e) {
      // A source runs before the steps behind it are looked at.
      routes().remove(next.sourceRoute(versions));
      // If the one before cannot start either, none runs, and both may be tried again.
      running.remove(name);
      if (before == null) {
        pipelines.remove(name);
      } else {
        run(name, PipelineFile.parse(name, before));
        running.put(name, before);
      }
      throw new NotStartedException(e);
    }
  }

  private void run(String name, PipelineFile file) throws Exception {
    routes().replace(name, file.forCamel(++versions));
    pipelines.require(name).plain(plainEventTable(file));
  }

  private PipelineFile require(String name, String text, @Nullable String before) throws Exception {
    var file = PipelineFile.parse(name, text);
    boolean taken = before == null && routes().exists(name);
    if (taken) {
      throw new PipelineFileException(
          0, "a route of Wadi has the id '" + name + "'; rename the file and its route");
    }
    var eventTables = file.eventTables().stream().map(routes()::resolved).toList();
    checks.require(
        file, file.resolved(routes()::resolved), eventTables, before == null && !complete);
    return file;
  }

  private void removeVanished(Set<String> names) throws Exception {
    for (var name : List.copyOf(running.keySet())) {
      if (names.contains(name)) {
        vanished.remove(name);
      } else if (!vanished.add(name)) {
        // An editor that writes a file anew takes it away for a moment: it must be gone twice.
        removed(name);
      }
    }
    refusals.keySet().retainAll(names);
  }

  private PipelineRoutes routes() {
    var started = routes;
    if (started == null) {
      throw new IllegalStateException("pipeline files are looked at before Camel has started");
    }
    return started;
  }
}
