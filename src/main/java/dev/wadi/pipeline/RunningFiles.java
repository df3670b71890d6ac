package dev.wadi.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline files that run, each by its text. Of two versions the one before runs again where
 * the next cannot start.
 */
final class RunningFiles {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.pipeline");

  private final Pipelines pipelines;
  private final Map<String, String> texts = new ConcurrentHashMap<>();
  private int versions;
  private volatile @Nullable PipelineRoutes routes;

  RunningFiles(Pipelines pipelines) {
    this.pipelines = pipelines;
  }

  /** Camel does not run the route although file and databases are as they must be. */
  static final class NotStartedException extends Exception {

    NotStartedException(Exception cause) {
      super(cause);
    }
  }

  /** From now on files can be started. */
  void begin(PipelineRoutes started) {
    routes = started;
  }

  /** The text that a pipeline runs by; empty if it does not run. */
  String text(String name) {
    return texts.getOrDefault(name, "");
  }

  boolean has(String name) {
    return texts.containsKey(name);
  }

  boolean any() {
    return !texts.isEmpty();
  }

  Set<String> names() {
    return new TreeSet<>(texts.keySet());
  }

  /** Whether some route has that id. */
  boolean isTaken(String name) {
    return routes().exists(name);
  }

  /**
   * Starts a file's pipeline in place of the version that runs.
   *
   * @throws NotStartedException if Camel cannot; the version before runs again
   */
  void start(String name, PipelineFile next, String text) throws Exception {
    boolean isNew = !pipelines.runs(name);
    try {
      run(name, next);
    } catch (Exception e) {
      // A source runs before the steps behind it are looked at.
      routes().remove(next.sourceRoute(versions));
      if (isNew) {
        pipelines.remove(name);
      } else if (has(name)) {
        restore(name);
      }
      throw new NotStartedException(e);
    }
    texts.put(name, text);
  }

  /**
   * If it cannot start either, capture waits for the one or the other, and both are tried again.
   */
  private void restore(String name) throws Exception {
    var file = PipelineFile.parse(name, text(name));
    try {
      run(name, file);
    } catch (Exception e) {
      LOG.error(
          "pipeline {}: the version before cannot start again: {}", name, PipelineFiles.reason(e));
      routes().remove(file.sourceRoute(versions));
      texts.remove(name);
    }
  }

  private void run(String name, PipelineFile file) throws Exception {
    routes().replace(name, file.forCamel(++versions));
    var eventTable = file.plainEventTable();
    pipelines.require(name).plain(eventTable == null ? null : resolved(eventTable));
  }

  /** Stops a pipeline and leaves nothing of it. */
  void remove(String name) throws Exception {
    routes().remove(name);
    pipelines.remove(name);
    texts.remove(name);
  }

  /** A text with its placeholders filled in. */
  String resolved(String text) {
    return routes().resolved(text);
  }

  /**
   * A definition with its placeholders filled in.
   *
   * @throws IllegalArgumentException if a setting is missing
   */
  PipelineDefinition resolved(PipelineDefinition pipeline) {
    return new PipelineDefinition(
        pipeline.name(),
        resolved(pipeline.tables()),
        resolved(pipeline.actions()),
        Filters.parse(resolved(Filters.json(pipeline.filters()))),
        resolved(pipeline.eventTable()),
        pipeline.backfill());
  }

  /** A placeholder may stand for several. */
  private List<String> resolved(List<String> actions) {
    var text = String.join(",", actions);
    var resolved = resolved(text);
    return resolved.equals(text) ? actions : PipelineDefinition.actionsOf(resolved);
  }

  private PipelineRoutes routes() {
    var started = routes;
    if (started == null) {
      throw new IllegalStateException("pipeline files are looked at before Camel has started");
    }
    return started;
  }
}
