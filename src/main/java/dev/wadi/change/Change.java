package dev.wadi.change;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One insert, update, delete or truncate as read from the WAL, or a row as a backfill read it.
 *
 * <p>{@code (lsn, ordinal, committedAtMicros)} identifies it: the same change has the same three
 * values each time Postgres sends it.
 *
 * @param table where it happened
 * @param action what happened
 * @param recordPk key values as text in attribute-number order, joined by {@code ,}; {@code \} and
 *     {@code ,} inside a value are escaped by {@code \}; empty for truncate
 * @param record the new row; for delete the old row as far as the replica identity gives it; empty
 *     for truncate
 * @param changes for update the old values of the columns that differ, null where the old row
 *     cannot be known; null for every other action
 * @param unavailable names of the columns whose value Postgres did not send; they are absent from
 *     {@code record}
 * @param committedAtMicros commit time of the transaction, microseconds since 1970-01-01T00:00:00Z
 * @param lsn position of the change's WAL record
 * @param ordinal place in the run of changes that share the LSN, from 0; for a read from {@link
 *     #FIRST_READ}
 * @param transactionId xid of the transaction, without epoch
 * @param transactionAnnotations JSON object that the transaction attached to its changes, if any
 */
public record Change(
    SourceTable table,
    Action action,
    String recordPk,
    Row record,
    @Nullable Row changes,
    List<String> unavailable,
    long committedAtMicros,
    long lsn,
    int ordinal,
    long transactionId,
    @Nullable String transactionAnnotations) {

  /**
   * Ordinal of the first read at a mark. No WAL record holds as many changes, so a change that
   * shares the mark's LSN is not taken for a read.
   */
  public static final int FIRST_READ = 1 << 20;

  /** The same change with rows of its own, so that what a step changes is not seen elsewhere. */
  public Change copy() {
    return new Change(
        table,
        action,
        recordPk,
        record.copy(),
        changes == null ? null : changes.copy(),
        unavailable,
        committedAtMicros,
        lsn,
        ordinal,
        transactionId,
        transactionAnnotations);
  }
}
