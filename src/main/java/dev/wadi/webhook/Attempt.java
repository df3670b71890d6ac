package dev.wadi.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request that was sent.
 *
 * @param messageId {@code webhook-id}
 * @param at when
 * @param firstSeq seq of its first message
 * @param messages how many it held
 * @param deliverCount which delivery of the first message it was
 * @param status what was answered; 0 if nothing
 * @param latencyMs how long it took
 * @param excerpt the beginning of the reply, at most 1 KiB; null if it was empty
 * @param error what went wrong; null if nothing
 */
public record Attempt(
    String messageId,
    Instant at,
    long firstSeq,
    int messages,
    int deliverCount,
    int status,
    int latencyMs,
    @Nullable String excerpt,
    @Nullable String error) {}
