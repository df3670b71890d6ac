package dev.wadi.pipeline;

import dev.wadi.change.Action;
import dev.wadi.change.Change;

/** Decides at a pipeline's beginning what becomes of a change that it captures. */
public final class PipelineEntry {

  private final PipelineMeters meters;
  private final SetAside setAside;
  private final EventSink sink;

  /**
   * @param sink takes changes that filters cannot read
   */
  public PipelineEntry(PipelineMeters meters, SetAside setAside, EventSink sink) {
    this.meters = meters;
    this.setAside = setAside;
    this.sink = sink;
  }

  /** Whether the change goes on; it does not if a filter leaves it out or it has been set aside. */
  boolean admits(Pipeline pipeline, Change change) {
    try {
      if (!setAside.draining() && !passes(pipeline, change)) {
        return false;
      }
    } catch (RuntimeException e) {
      sink.quarantine(pipeline.name(), change, e);
      return false;
    }
    if (setAside.keeps(pipeline.name())) {
      setAside.keep(pipeline.name(), change);
      return false;
    }
    meters.of(pipeline.name()).took(change);
    return true;
  }

  private boolean passes(Pipeline pipeline, Change change) {
    // It has no row to look at, and concerns those that the filters want too.
    if (change.action() == Action.TRUNCATE) {
      return true;
    }
    var verdict = pipeline.test(change.table(), change.record());
    if (verdict == Verdict.UNKNOWN) {
      meters.of(pipeline.name()).couldNotDecide();
    }
    return verdict == Verdict.MATCH;
  }
}
