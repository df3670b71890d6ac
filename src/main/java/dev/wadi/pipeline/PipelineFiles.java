package dev.wadi.pipeline;

import dev.wadi.capture.BatchGate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  /** A file's text that keeps all rules. */
  private record Candidate(String name, String text, PipelineFile file) {}

  private final PipelineFolder folder;
  private final Pipelines pipelines;
  private final PipelineChecks checks;
  private final PipelineMeters meters;
  private final BatchGate gate;
  private final PipelineStates states;
  private final Backfills backfills;
  private final Callable<Boolean> capturedBefore;
  private final RunningFiles running;
  private final Map<String, Refusal> refusals = new ConcurrentSkipListMap<>();
  private final Set<String> vanished = new HashSet<>();
  private String trouble = "";
  private boolean complete;
  private volatile boolean gone;

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
    this.running = new RunningFiles(pipelines);
  }

  /** Loads every file, each by itself, and from then on what changes in the folder. */
  public void start(CamelContext context) {
    running.begin(new PipelineRoutes(context));
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
    return running.text(name);
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
      var candidate = new Candidate(name, text, require(name, text));
      gate.betweenBatches(
          GATE_LIMIT,
          () -> {
            start(candidate);
            return name;
          });
    }
  }

  /** Takes up whatever is in a file now, after a load that was refused. */
  synchronized void reload(String name) throws Exception {
    var text = folder.text(name);
    refusals.remove(name);
    if (text == null) {
      removed(name);
    } else {
      var candidate = candidate(name, text);
      start(candidate == null ? List.of() : List.of(candidate));
    }
  }

  /** Stops the pipeline of a file that is gone. */
  synchronized void removed(String name) throws Exception {
    refusals.remove(name);
    vanished.remove(name);
    if (pipelines.runs(name)) {
      gate.betweenBatches(
          GATE_LIMIT,
          () -> {
            running.remove(name);
            return name;
          });
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
        running.names().forEach(this::tellGone);
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
    if (complete || running.any()) {
      return running.any();
    }
    gone = true; // until the event log has answered
    return capturedBefore.call();
  }

  private void takeUp(PipelineFolder.Contents contents) throws Exception {
    start(candidates(contents));
    contents.unreadable().forEach((name, failure) -> refuse(name, "", failure));
    removeVanished(contents.names());
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

  private List<Candidate> candidates(PipelineFolder.Contents contents) {
    var candidates = new ArrayList<Candidate>();
    for (var file : contents.texts().entrySet()) {
      var candidate = candidate(file.getKey(), file.getValue());
      if (candidate != null) {
        candidates.add(candidate);
      }
    }
    return candidates;
  }

  /** A text that keeps all rules and does not run yet; null if there is nothing to do for now. */
  private @Nullable Candidate candidate(String name, String text) {
    if (running.has(name) && text.equals(running.text(name))) {
      refusals.remove(name);
      return null;
    }
    var refusal = refusals.get(name);
    if (refusal != null && refusal.text().equals(text) && !isDue(refusal, name)) {
      return null;
    }
    try {
      return new Candidate(name, text, require(name, text));
    } catch (Exception | StackOverflowError e) {
      refuse(name, text, e);
      return null;
    }
  }

  /** All at once: a table may move from one file to another, and no batch comes between. */
  private void start(List<Candidate> candidates) throws Exception {
    if (candidates.isEmpty()) {
      return;
    }
    try {
      gate.betweenBatches(
          GATE_LIMIT,
          () -> {
            candidates.forEach(this::attempt);
            return candidates;
          });
    } catch (TimeoutException e) {
      candidates.forEach(each -> refuse(each.name(), each.text(), e));
    }
  }

  private void attempt(Candidate candidate) {
    try {
      start(candidate);
    } catch (Exception | StackOverflowError e) {
      refuse(candidate.name(), candidate.text(), e);
    }
  }

  /**
   * What the databases refused may be right soon. Camel stops the version that runs to start
   * another, and keeps some of each try, so it tries a text once, or now and then if none runs.
   */
  private boolean isDue(Refusal refusal, String name) {
    long age = System.nanoTime() - refusal.at();
    return refusal.byCamel() ? !running.has(name) && age >= START_RETRY_NANOS : age >= RETRY_NANOS;
  }

  private void refuse(String name, String text, Throwable failure) {
    var reason = "pipeline file '" + folder.file(name) + "': " + reason(failure);
    boolean byCamel = failure instanceof RunningFiles.NotStartedException;
    var last = refusals.put(name, new Refusal(text, reason, System.nanoTime(), byCamel));
    boolean isNews = last == null || !last.reason().equals(reason);
    if (isNews) {
      LOG.error("{}{}", reason, running.has(name) ? "; the version before goes on" : "");
    }
  }

  private void start(Candidate candidate) throws Exception {
    var name = candidate.name();
    boolean isNew = !running.has(name);
    running.start(name, candidate.file(), candidate.text());
    refusals.remove(name);
    LOG.info("pipeline {}: {}", name, isNew ? "started" : "changed");
  }

  /**
   * A definition with its placeholders filled in.
   *
   * @throws IllegalArgumentException if a setting is missing
   */
  PipelineDefinition resolved(PipelineDefinition pipeline) {
    return running.resolved(pipeline);
  }

  private PipelineFile require(String name, String text) throws Exception {
    var file = PipelineFile.parse(name, text);
    boolean isNew = !running.has(name);
    if (isNew && running.isTaken(name)) {
      throw new PipelineFileException(
          0, "a route of Wadi has the id '" + name + "'; rename the file and its route");
    }
    var eventTables = file.eventTables().stream().map(running::resolved).toList();
    checks.require(file, file.resolved(running::resolved), eventTables, isNew && !complete);
    return file;
  }

  private void removeVanished(Set<String> names) throws Exception {
    for (var name : pipelines.names()) {
      if (names.contains(name)) {
        vanished.remove(name);
      } else if (!vanished.add(name)) {
        // An editor that writes a file anew takes it away for a moment: it must be gone twice.
        removed(name);
      }
    }
    refusals.keySet().retainAll(names);
  }
}
