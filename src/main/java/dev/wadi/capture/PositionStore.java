package dev.wadi.capture;

import java.util.OptionalLong;

/** Where the stored position of a slot is kept: in the event-log database, beside the events. */
public interface PositionStore {

  /** End LSN of the last commit whose changes are stored; empty for a slot that was never read. */
  OptionalLong read(String slot) throws Exception;

  /** Notes where a new slot starts. */
  void save(String slot, long position) throws Exception;
}
