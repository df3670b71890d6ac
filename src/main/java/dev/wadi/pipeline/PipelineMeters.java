package dev.wadi.pipeline;

import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of all pipelines; they outlive a change of the pipeline's file. */
public final class PipelineMeters {

  private final Clock clock;
  private final Map<String, PipelineMeter> byName = new ConcurrentHashMap<>();

  public PipelineMeters(Clock clock) {
    this.clock = clock;
  }

  PipelineMeter of(String pipeline) {
    return byName.computeIfAbsent(pipeline, name -> new PipelineMeter(clock));
  }

  /** Changes that each pipeline took since the start, by its name. */
  public Map<String, Long> totals() {
    var totals = new TreeMap<String, Long>();
    byName.forEach((name, meter) -> totals.put(name, meter.total()));
    return totals;
  }

  void remove(String pipeline) {
    byName.remove(pipeline);
  }
}
