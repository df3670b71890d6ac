package dev.wadi.consumer;

import dev.wadi.stream.EventKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is written to the database in one transaction.
 *
 * @param snapshot whether it stands for everything so far, or only for what is new
 * @param cursor the cursor
 * @param settled settled events that the cursor does not tell
 * @param start seq after which the group started
 * @param count events settled since then
 * @param squares sum of the squares of their seqs, modulo 2^64
 * @param parked keys that were parked or moved on
 * @param freed keys that are no longer parked
 * @param dead events that were given up
 * @param revived dead letters that were settled after a redrive
 */
record Flush(
    boolean snapshot,
    long cursor,
    SeqRanges settled,
    long start,
    long count,
    long squares,
    List<Parked> parked,
    List<EventKey> freed,
    List<Dead> dead,
    List<Long> revived) {

  /** A parked key. */
  record Parked(
      EventKey key, long headSeq, int attempts, long notBeforeMs, @Nullable String lastError) {}

  /** A dead letter. */
  record Dead(long seq, int attempts, @Nullable String lastError) {}

  boolean hasExceptions() {
    return !(parked.isEmpty() && freed.isEmpty() && dead.isEmpty() && revived.isEmpty());
  }
}
