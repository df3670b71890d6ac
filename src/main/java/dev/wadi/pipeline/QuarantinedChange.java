package dev.wadi.pipeline;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change that a step of its pipeline refused.
 *
 * @param table {@code schema.table}
 * @param record JSON text
 * @param changes JSON text
 */
public record QuarantinedChange(
    long id,
    String pipeline,
    String table,
    String action,
    String recordPk,
    String record,
    @Nullable String changes,
    String error,
    Instant committedAt,
    Instant quarantinedAt) {}
