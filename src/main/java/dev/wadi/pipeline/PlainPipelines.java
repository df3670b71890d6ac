package dev.wadi.pipeline;

import dev.wadi.capture.Batch;
import dev.wadi.capture.ChangeMapper;
import dev.wadi.capture.RawChange;
import dev.wadi.change.Change;
import java.sql.SQLException;
import java.util.List;

/**
 * Takes a batch as a whole where every pipeline that wants any of it has nothing but source and
 * sink.
 *
 * <p>No step could look at a single change then, so sending each through Camel would cost time and
 * do nothing. The outcome is that of the routes: same filters, same pauses, same quarantine, same
 * order.
 */
public final class PlainPipelines {

  private final Pipelines pipelines;
  private final PipelineEntry entry;
  private final ChangeMapper mapper;
  private final EventSink sink;
  private final boolean enabled;

  /**
   * @param enabled false to send every change through its routes, also where they are plain
   */
  public PlainPipelines(
      Pipelines pipelines,
      PipelineEntry entry,
      ChangeMapper mapper,
      EventSink sink,
      boolean enabled) {
    this.pipelines = pipelines;
    this.entry = entry;
    this.mapper = mapper;
    this.sink = sink;
    this.enabled = enabled;
  }

  /** Handles all changes of a batch at once, or none of them. */
  public void take(Batch batch) throws SQLException {
    if (!enabled || !allPlain(batch.getChanges())) {
      return;
    }
    for (var raw : batch.getChanges()) {
      var wanting = pipelines.wanting(raw);
      if (!wanting.isEmpty()) {
        hand(mapper.map(raw), wanting);
      }
    }
    batch.takenAsWhole();
  }

  /**
   * Handles reads at once if their pipeline has nothing but source and sink.
   *
   * @param reads all for one pipeline
   * @return those that are left to be sent one by one: all or none
   */
  public List<Read> takeReads(List<Read> reads) {
    if (!enabled || reads.isEmpty()) {
      return reads;
    }
    var pipeline = pipelines.require(reads.get(0).pipeline());
    if (pipeline.plainEventTable() == null) {
      return reads;
    }
    reads.forEach(read -> hand(read.change(), List.of(pipeline)));
    return List.of();
  }

  private boolean allPlain(List<RawChange> changes) throws SQLException {
    List<Pipeline> known = List.of();
    for (var raw : changes) {
      var wanting = pipelines.wanting(raw);
      if (wanting != known && !allPlainOf(wanting)) {
        return false;
      }
      known = wanting;
    }
    return true;
  }

  private static boolean allPlainOf(List<Pipeline> wanting) {
    return wanting.stream().allMatch(pipeline -> pipeline.plainEventTable() != null);
  }

  private void hand(Change change, List<Pipeline> wanting) {
    for (var pipeline : wanting) {
      var eventTable = pipeline.plainEventTable();
      if (eventTable == null) {
        throw new IllegalStateException(
            "pipeline '" + pipeline.name() + "': stopped during a batch");
      }
      if (entry.admits(pipeline, change)) {
        hand(change, pipeline, eventTable);
      }
    }
  }

  private void hand(Change change, Pipeline pipeline, String eventTable) {
    try {
      sink.add(eventTable, change);
    } catch (RuntimeException e) {
      sink.quarantine(pipeline.name(), change, e);
    }
  }
}
