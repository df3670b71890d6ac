package dev.wadi.capture;

import java.util.OptionalLong;

/** Where the stored position of a slot is kept: in the event-log database, beside the events. */
public interface PositionStore {

  /** End LSN of the last commit whose changes are stored; empty for a slot that was never read. */
  OptionalLong read(String slot) throws Exception;

  /** Notes where a new slot starts; never moves a position backward. */
  void save(String slot, long position) throws Exception;

  /** The server's timeline when the slot was last opened at its position; 0 if it is not known. */
  int timeline(String slot) throws Exception;

  /** Notes that the position is part of a timeline. */
  void noteTimeline(String slot, int timeline) throws Exception;

  /**
   * Gives up what is between the position and another one, and records it as a gap; all or nothing.
   *
   * @param to where capture goes on; may be before the position, after a failover
   * @param reason what happened
   */
  void accept(String slot, long to, int timeline, String reason) throws Exception;
}
