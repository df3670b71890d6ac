package dev.wadi.eventtable;

import dev.wadi.change.Change;
import dev.wadi.pipeline.PipelineStates;
import dev.wadi.pipeline.PipelineStates.State;
import dev.wadi.pipeline.Pipelines;
import dev.wadi.pipeline.SetAside;
import dev.wadi.postgres.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The changes that wait in {@code wadi.kept_changes}: those of paused pipelines, and those that
 * were taken from the quarantine to be tried again.
 *
 * <p>A pipeline that resumes gets them back in portions, one with each batch and before the batch's
 * own changes, which wait behind them until none is left. A portion is deleted after its events are
 * stored; one that a crash left is brought again and recognised by the event table.
 *
 * <p>Used by the capture thread alone.
 */
public final class KeptChanges implements SetAside {

  private static final String KEEP = Sql.load("eventtable/keep");
  private static final String RELEASE = Sql.load("eventtable/release");
  private static final String END_RESUMING = Sql.load("eventtable/end_resuming");
  private static final int PORTION = 2_000;
  private static final long STATES_VALID_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final KeptChangeReader reader;
  private final String slot;
  private final PipelineStates states;
  private final Pipelines pipelines;
  private final Map<String, List<Change>> kept = new LinkedHashMap<>();
  private final List<Long> drained = new ArrayList<>();
  private final List<String> ended = new ArrayList<>();
  private Map<String, State> known = Map.of();
  private long knownVersion = -1;
  private long knownAt;
  private boolean draining;

  public KeptChanges(
      KeptChangeReader reader, String slot, PipelineStates states, Pipelines pipelines) {
    this.reader = reader;
    this.slot = slot;
    this.states = states;
    this.pipelines = pipelines;
  }

  /** Whether a batch has something to do here although no change came. */
  public boolean workWaiting() {
    return states.version() != knownVersion || !resuming().isEmpty();
  }

  /** The next portion of the pipelines that resume, in the order in which they were kept. */
  public List<KeptChange> due() throws SQLException {
    var due = new ArrayList<KeptChange>();
    for (var pipeline : resuming()) {
      if (due.size() >= PORTION) {
        break;
      }
      var portion = reader.read(slot, pipeline, PORTION - due.size());
      if (portion.isEmpty()) {
        ended.add(pipeline);
      }
      due.addAll(portion);
    }
    due.forEach(change -> drained.add(change.id()));
    draining = true;
    return due;
  }

  /** From here on the batch's own changes come. */
  public void drained() {
    draining = false;
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public boolean keeps(String pipeline) {
    return !draining && known.containsKey(pipeline) && !ended.contains(pipeline);
  }

  @Override
  public void keep(String pipeline, Change change) {
    kept.computeIfAbsent(pipeline, name -> new ArrayList<>()).add(change);
  }

  /** Starts a batch. */
  void begin() throws SQLException {
    boolean lastBatchFailed = draining || !drained.isEmpty() || !ended.isEmpty();
    kept.clear();
    drained.clear();
    ended.clear();
    draining = false;
    boolean outdated = System.nanoTime() - knownAt > STATES_VALID_NANOS;
    if (lastBatchFailed || outdated || states.version() != knownVersion) {
      readStates();
    }
  }

  /** What must be stored before the position moves: the changes that wait. */
  List<EventLogStatement> keepStatements() {
    var statements = new ArrayList<EventLogStatement>();
    kept.forEach(
        (pipeline, changes) -> {
          var parameters = parameters(pipeline);
          new ChangeArrays(changes).putInto(parameters);
          statements.add(new SingleStatement("keep changes", KEEP, parameters));
        });
    return statements;
  }

  /** What must be stored after the events are: that these changes wait no more. */
  List<EventLogStatement> releaseStatements() {
    var statements = new ArrayList<EventLogStatement>();
    if (!drained.isEmpty()) {
      long[] ids = drained.stream().mapToLong(Long::longValue).toArray();
      statements.add(new SingleStatement("release changes", RELEASE, Map.of("ids", ids)));
    }
    for (var pipeline : ended) {
      var parameters = parameters(pipeline);
      parameters.put("revision", known.get(pipeline).revision());
      statements.add(new SingleStatement("end resuming", END_RESUMING, parameters));
    }
    return statements;
  }

  /** The batch is stored. */
  void stored() throws SQLException {
    boolean statesChanged = !ended.isEmpty();
    drained.clear();
    ended.clear();
    if (statesChanged) {
      readStates();
    }
  }

  private void readStates() throws SQLException {
    long version = states.version();
    known = states.read();
    knownVersion = version;
    knownAt = System.nanoTime();
  }

  private List<String> resuming() {
    if (known.isEmpty()) {
      return List.of();
    }
    return known.entrySet().stream()
        .filter(state -> state.getValue().resuming() && pipelines.runs(state.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private Map<String, @Nullable Object> parameters(String pipeline) {
    var parameters = new LinkedHashMap<String, @Nullable Object>();
    parameters.put("slot", slot);
    parameters.put("pipeline", pipeline);
    return parameters;
  }
}
