package dev.wadi.eventtable;

import dev.wadi.capture.BackfillTable;
import dev.wadi.capture.ChangedRows;
import dev.wadi.capture.Chunk;
import dev.wadi.pipeline.Backfill;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How far the reading of one table has come since the stream was joined: one step at a time, each
 * in the reader's thread.
 */
final class TableRead {

  private final String markId = UUID.randomUUID().toString();
  private final Backfill backfill;
  private List<String> after;
  private @Nullable BackfillTable table;
  private @Nullable ChangedRows changed;
  private @Nullable Chunk chunk;
  private @Nullable Future<?> step;
  private long chunks;

  TableRead(Backfill backfill) {
    this.backfill = backfill;
    this.after = backfill.lastKey();
  }

  Backfill backfill() {
    return backfill;
  }

  /** The key behind which the next rows are; empty at the beginning. */
  List<String> after() {
    return after;
  }

  @Nullable BackfillTable table() {
    return table;
  }

  /** What the stream has changed since it was joined; null before that. */
  @Nullable ChangedRows changed() {
    return changed;
  }

  /** The rows that wait for their mark. */
  @Nullable Chunk chunk() {
    return chunk;
  }

  boolean isBusy() {
    return step != null && !step.isDone();
  }

  /** Whether a step has brought something that nobody has looked at. */
  boolean hasEnded() {
    return step != null && step.isDone();
  }

  /** Whether there is nothing to wait for: neither a step nor the mark of the rows at hand. */
  boolean isIdle() {
    return step == null && chunk == null;
  }

  String markId() {
    return markId + ":" + chunks;
  }

  void run(Future<?> next) {
    step = next;
  }

  /**
   * What the last step brought; null if there was none or it brings nothing.
   *
   * @throws Exception as the step threw it
   */
  @Nullable Object outcome() throws Exception {
    var ended = step;
    step = null;
    return ended == null ? null : ended.get(0, TimeUnit.SECONDS);
  }

  /** From now on the stream's changes are noted. */
  void join(BackfillTable found, ChangedRows noted) {
    table = found;
    changed = noted;
  }

  void hold(Chunk read, ChangedRows noted) {
    chunk = read;
    chunks++;
    noted.seenBy(read);
  }

  /** The rows are to be read once more. */
  void drop() {
    chunk = null;
  }

  /** The rows are stored. */
  void goOn(Chunk stored) {
    after = stored.lastKey();
    chunk = null;
  }

  void cancel() {
    if (step != null) {
      step.cancel(true);
    }
  }
}
