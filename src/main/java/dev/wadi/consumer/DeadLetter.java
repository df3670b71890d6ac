package dev.wadi.consumer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event that a group gave up.
 *
 * @param seq the event
 * @param attempts failed deliveries
 * @param lastError reason of the last failure, if it had one
 * @param redriven whether it is being delivered once more
 * @param diedAt when it was given up first
 */
public record DeadLetter(
    long seq, int attempts, @Nullable String lastError, boolean redriven, Instant diedAt) {}
