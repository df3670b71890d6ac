package dev.wadi.capture;

/**
 * A message of Wadi's own in the stream: everything that was committed before it has been read when
 * it is.
 *
 * @param id tells whose it is
 * @param committedAtMicros microseconds since 1970-01-01T00:00:00Z
 */
public record Mark(String id, long committedAtMicros, long lsn, long transactionId) {

  /** Prefix of the logical message. */
  static final String PREFIX = "wadi:backfill";
}
