package dev.wadi.pipeline;

import dev.wadi.change.Change;

/** Where changes wait that must not become events yet. */
public interface SetAside {

  /** Whether the change at hand has waited already and is to go on. */
  boolean draining();

  /** Whether new changes of a pipeline must wait. */
  boolean keeps(String pipeline);

  /** Lets a change wait. */
  void keep(String pipeline, Change change);
}
