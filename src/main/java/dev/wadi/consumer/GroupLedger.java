package dev.wadi.consumer;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Writes down what a group has settled: what comes within a millisecond together. */
final class GroupLedger {

  /** Acks that come within this time after a flush began are written together. */
  private static final long FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long IDLE_FLUSH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ranges in the ledger after which it is replaced by a snapshot. */
  private static final int MAX_RANGES = 100_000;

  private final GroupEngine engine;
  private final GroupSession session;
  private final int maxDeltas;
  private long flushedAt;
  private long flushedCursor;
  private int deltas;
  private int ranges;

  /**
   * @param maxDeltas rows after which the ledger is replaced by a snapshot
   */
  GroupLedger(GroupEngine engine, GroupSession session, int maxDeltas) {
    this.engine = engine;
    this.session = session;
    this.maxDeltas = maxDeltas;
  }

  /** What the ledger says already. */
  void startAt(long cursor) {
    flushedCursor = cursor;
  }

  /** Writes if it is time to; says in how many ns it will be, if something is left to write. */
  long flushIfDue(Dispatcher current) throws SQLException {
    long since = System.nanoTime() - flushedAt;
    var state = new boolean[2];
    engine.locked(
        () -> {
          state[0] = current.hasUnflushed();
          state[1] = current.window().cursor() != flushedCursor;
        });
    boolean waiting = state[0] || engine.hasUnanswered();
    boolean moved = state[1];
    boolean due = waiting ? since >= FLUSH_NANOS : moved && since >= IDLE_FLUSH_NANOS;
    if (due) {
      flush(deltas >= maxDeltas || ranges >= MAX_RANGES);
    }
    return waiting && !due ? FLUSH_NANOS - since : Long.MAX_VALUE;
  }

  void flush(boolean snapshot) throws SQLException {
    flushedAt = System.nanoTime();
    var flush = engine.beginFlush(snapshot);
    requireOwner(snapshot ? session.writeSnapshot(flush) : session.write(flush));
    engine.lease().heard(flushedAt);
    engine.flushed();
    flushedCursor = flush.cursor();
    deltas = snapshot ? 0 : deltas + 1;
    ranges = snapshot ? 0 : ranges + flush.settled().countRanges();
  }

  /** Goes on elsewhere, after everything so far is written down. */
  void seek(long cursor) throws SQLException {
    flush(false);
    requireOwner(session.seek(cursor));
    flushedCursor = cursor;
  }

  private static void requireOwner(boolean owner) {
    if (!owner) {
      throw new IllegalStateException("another process took over");
    }
  }
}
