package dev.wadi.pipeline;

import java.time.Clock;
import java.util.Map;
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

  void remove(String pipeline) {
    byName.remove(pipeline);
  }
}
