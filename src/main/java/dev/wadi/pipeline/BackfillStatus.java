package dev.wadi.pipeline;

import dev.wadi.postgres.TableName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a pipeline's backfill has come.
 *
 * @param state {@code running}, {@code done}, {@code cancelled} or {@code failed}
 * @param reason what it waits for, or why it failed; empty if neither
 * @param table the table that is read; null when none is
 * @param tables how many tables there are to read
 * @param tablesFinished how many of them are not read any more
 * @param rows rows that became reads; those that changed just then have their change instead
 * @param finishedAt null while it runs
 */
public record BackfillStatus(
    String state,
    String reason,
    @Nullable TableName table,
    long tables,
    long tablesFinished,
    long rows,
    Instant startedAt,
    @Nullable Instant finishedAt) {}
