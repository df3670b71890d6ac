package dev.wadi.capture;

import java.util.Locale;

/** Where capture stands; the word is shown in health, API and console. */
public enum CaptureState {
  /** Getting ready: connecting, creating what is missing. */
  STARTING,
  /** Changes flow. */
  STREAMING,
  /** Something failed; another attempt follows by itself. */
  WAITING,
  /** The slot at the stored position is gone; only a person can decide to go on. */
  SLOT_LOST,
  /** Stopped on request. */
  STOPPED;

  /** Whether all is well with this process: it captures, or is ready to. */
  public boolean healthy() {
    return this == STREAMING;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
