package dev.wadi.consumer;

import org.jspecify.annotations.Nullable;

/**
 * Gives a message back.
 *
 * @param ackId its ack id
 * @param delayMs how long it stays away, 0 to 86,400,000 ms
 * @param reason why, for the lists of blocked keys and dead letters; longer than 1,000 is cut
 */
public record Nack(String ackId, long delayMs, @Nullable String reason) {

  public static final long MAX_DELAY_MS = 86_400_000;
  private static final int MAX_REASON_LENGTH = 1_000;

  public Nack {
    if (delayMs < 0 || delayMs > MAX_DELAY_MS) {
      throw dev.wadi.stream.ValidationException.of(
          "delay_ms", "must be between 0 and %d (got %d)".formatted(MAX_DELAY_MS, delayMs));
    }
    if (reason != null) {
      var clean = reason.replace("\0", "");
      reason = clean.substring(0, Math.min(clean.length(), MAX_REASON_LENGTH));
    }
  }
}
