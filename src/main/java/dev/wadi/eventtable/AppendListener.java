package dev.wadi.eventtable;

/** Is told of every batch that is stored; must be quick and not fail. */
public interface AppendListener {

  /** Hears nothing. */
  AppendListener NONE = (statements, events, quarantined, nanos) -> {};

  /**
   * @param statements that the database ran
   * @param events that they made
   * @param quarantined changes that were put aside
   * @param nanos how long they took in all
   */
  void stored(int statements, long events, int quarantined, long nanos);
}
