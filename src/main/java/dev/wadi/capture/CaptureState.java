package dev.wadi.capture;

import java.util.Locale;

/** Where capture stands; the word is shown in health, API and console. */
public enum CaptureState {
  /** Getting ready: connecting, creating what is missing. */
  STARTING,
  /** Changes flow. */
  STREAMING,
  /** Another process captures; this one takes over when that ends. */
  STANDBY,
  /** Something failed; another attempt follows by itself. */
  WAITING,
  /** The slot is gone; only a person can decide to go on. */
  SLOT_MISSING,
  /** Postgres gave the slot up; only a person can decide to go on. */
  SLOT_INVALIDATED,
  /** The slot begins after the position; only a person can decide to go on. */
  SLOT_AHEAD,
  /** The position is not in this server's history; only a person can decide to go on. */
  SLOT_FAILED_OVER,
  /** Postgres refuses to read the slot on; only a person can decide to go on. */
  SLOT_UNREADABLE,
  /** The slot is not Wadi's, or a stranger reads it; only a person can tell which one to use. */
  SLOT_FOREIGN,
  /** Stopped on request. */
  STOPPED;

  /** Whether all is well with this process: it captures, or is ready to. */
  public boolean healthy() {
    return this == STREAMING || this == STANDBY;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
