package dev.wadi.consumer;

import dev.wadi.stream.EventKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key that is failing now, or is parked because more of its events wait than memory should hold.
 *
 * @param key the key
 * @param headSeq its first event that is not settled
 * @param attempts failed deliveries of that event
 * @param notBefore when it is delivered again at the earliest; null if at once
 * @param lastError reason of the last failure, if it had one
 */
public record BlockedKey(
    EventKey key,
    long headSeq,
    int attempts,
    @Nullable Instant notBefore,
    @Nullable String lastError) {

  static BlockedKey of(Flush.Parked row, long now) {
    boolean delayed = row.notBeforeMs() > now;
    return new BlockedKey(
        row.key(),
        row.headSeq(),
        row.attempts(),
        delayed ? Instant.ofEpochMilli(row.notBeforeMs()) : null,
        row.lastError());
  }
}
