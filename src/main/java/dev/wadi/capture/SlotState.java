package dev.wadi.capture;

import java.util.Locale;

/** What a slot is good for, compared with the stored position. */
public enum SlotState {
  /** There is neither slot nor position yet; capture makes both. */
  NEW(CaptureState.STARTING),
  /** Nobody reads it, and it can continue at the position. */
  READY(CaptureState.STARTING),
  /** Somebody reads it. */
  ACTIVE(CaptureState.STANDBY),
  /** There is a position, but no slot. */
  MISSING(CaptureState.SLOT_MISSING),
  /** Postgres removed WAL that it needed. */
  INVALIDATED(CaptureState.SLOT_INVALIDATED),
  /** It begins after the position: it was made anew or moved. */
  AHEAD(CaptureState.SLOT_AHEAD),
  /** The position is not part of this server's history: a standby was promoted that lacked it. */
  FAILED_OVER(CaptureState.SLOT_FAILED_OVER),
  /** Postgres cannot decode what it holds: the publication did not exist when that was written. */
  UNREADABLE(CaptureState.SLOT_UNREADABLE),
  /** It is a slot of another kind or of another database, or no Wadi reads it. */
  FOREIGN(CaptureState.SLOT_FOREIGN);

  private final CaptureState capture;

  SlotState(CaptureState capture) {
    this.capture = capture;
  }

  /** What capture is then. */
  CaptureState capture() {
    return capture;
  }

  /** Whether capture goes on by itself. */
  public boolean fine() {
    return this == NEW || this == READY || this == ACTIVE;
  }

  /** Whether it can only go on without some changes. */
  public boolean losesChanges() {
    return this == MISSING || this == INVALIDATED || this == AHEAD || this == FAILED_OVER;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
