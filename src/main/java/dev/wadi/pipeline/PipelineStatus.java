package dev.wadi.pipeline;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline does.
 *
 * @param state {@code streaming}, {@code paused}, {@code resuming}; {@code error} if its file was
 *     refused or its tables cannot be captured; else what capture does
 * @param reason why it is not streaming; empty while it is
 * @param events changes that it took since this process started
 * @param eventsPerMinute changes that it took in the last 60 seconds
 * @param bytesPerMinute size of their records
 * @param undecided changes left out because a filter could not see the value
 * @param lastCommittedAt when the last change that it took was committed; null before the first
 * @param quarantined changes that a step refused and nobody replayed or discarded yet
 * @param kept changes set aside while it is paused
 * @param backfill how far the rows that were there before have been read; null if they were not
 *     asked for
 * @param warnings what would make it work better, with the SQL to run
 */
public record PipelineStatus(
    String state,
    String reason,
    long events,
    long eventsPerMinute,
    long bytesPerMinute,
    long undecided,
    @Nullable Instant lastCommittedAt,
    long quarantined,
    long kept,
    @Nullable BackfillStatus backfill,
    List<String> warnings) {}
