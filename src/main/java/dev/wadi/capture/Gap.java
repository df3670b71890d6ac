package dev.wadi.capture;

import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the WAL whose changes were not captured.
 *
 * @param id 0 before it is stored
 * @param table the source table, as {@code schema.name}; empty for every captured table
 * @param fromLsn changes after it are missing
 * @param toLsn the last that may be missing; before {@code fromLsn} after some failovers
 * @param reason what happened, in one word
 * @param noticedAt null before it is stored
 * @param closedAt when someone said that it is filled or does not matter; null while it is open
 */
public record Gap(
    long id,
    String slot,
    String table,
    String fromLsn,
    String toLsn,
    String reason,
    @Nullable OffsetDateTime noticedAt,
    @Nullable OffsetDateTime closedAt) {

  /** What is missing and how to fill it, for people. */
  public String text() {
    return (table.isEmpty() ? "slot '" + slot + "'" : "table " + table)
        + ": changes after "
        + fromLsn
        + " and up to "
        + toLsn
        + " were not captured ("
        + reason
        + "); fill them with a backfill, then close gap "
        + id
        + ": POST /api/gaps/"
        + id
        + "/close";
  }
}
