package dev.wadi.eventtable;

import dev.wadi.change.Change;

/** What one event table gets of each batch; the sink of a pipeline adds to it. */
public final class Share {

  private final Appends appends;
  private String eventTable = "";

  public Share(Appends appends) {
    this.appends = appends;
  }

  /** A property, because Camel takes quotes off the ends of a constructor's argument. */
  public void setEventTable(String eventTable) {
    this.eventTable = eventTable;
  }

  /**
   * Takes a change into the event table.
   *
   * @throws IllegalStateException from any thread but the one that runs the batch: the batch would
   *     not wait for the change
   */
  public void add(Change change) {
    appends.add(eventTable, change);
  }
}
