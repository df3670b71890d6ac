package dev.wadi.capture;

import dev.wadi.change.Action;
import org.jspecify.annotations.Nullable;

/**
 * A change as the WAL gives it: canonical JSON text per column, in the order of the table's
 * columns.
 *
 * <p>In {@code before} and {@code after} a null is SQL NULL, {@link #UNAVAILABLE} a large value
 * that Postgres did not send because it is unchanged, and {@link #NOT_IN_IDENTITY} one of an old
 * row that it did not send because the replica identity leaves it out. The two are compared by
 * identity.
 *
 * @param before the old row as far as the replica identity gives it; null if Postgres sent none
 * @param after the new row; null for delete and truncate
 * @param committedAtMicros microseconds since 1970-01-01T00:00:00Z
 * @param annotations JSON text that the transaction attached to the changes after it, if any
 */
public record RawChange(
    Relation relation,
    Action action,
    @Nullable String @Nullable [] before,
    @Nullable String @Nullable [] after,
    long committedAtMicros,
    long lsn,
    int ordinal,
    long transactionId,
    @Nullable String annotations) {

  /** Stands for an unchanged TOAST value; it is no JSON text. */
  static final String UNAVAILABLE = "\0unavailable";

  /** Stands for a column that an old row does not carry; it is no JSON text. */
  static final String NOT_IN_IDENTITY = "\0not in identity";

  static boolean isKnown(@Nullable String value) {
    return value != UNAVAILABLE && value != NOT_IN_IDENTITY;
  }
}
