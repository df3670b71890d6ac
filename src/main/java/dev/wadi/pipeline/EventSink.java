package dev.wadi.pipeline;

import dev.wadi.change.Change;

/** Where a pipeline ends. */
public interface EventSink {

  /**
   * Takes a change into an event table.
   *
   * @throws RuntimeException if the event table cannot hold it
   */
  void add(String eventTable, Change change);

  /** Puts a change aside that a pipeline could not handle. */
  void quarantine(String pipeline, Change change, Exception failure);
}
