package dev.wadi.consumer;

/** What became of one ack id. */
public enum Outcome {
  /** The message was acked, nacked or extended. */
  DONE,
  /** The delivery is over: acked, given up, expired, or ended by a seek or a takeover. */
  STALE,
  /** No delivery of this group ever had that ack id. */
  UNKNOWN
}
