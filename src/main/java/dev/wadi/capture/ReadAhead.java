package dev.wadi.capture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Changes that were read and are not taken yet, from the thread that reads the slot to the one that
 * stores batches; the reader waits while it holds more bytes than it may.
 *
 * <p>Changes are handed over in parcels, as handing over one by one would cost more than reading
 * them: when a parcel is full, when their transaction ends, or when nothing more is waiting to be
 * read.
 */
final class ReadAhead {

  private static final int PARCEL_CHANGES = 256;
  private static final int PARCEL_BYTES = 1 << 20;

  /** What a parcel takes without its changes; on Postgres 14 most are of commits without any. */
  private static final int EMPTY_PARCEL_BYTES = 160;

  /**
   * A batch takes this part of what may wait: it is in memory several times over while it is
   * stored, as text, as JSON and as parameters.
   */
  private static final int BATCHES_IN_QUEUE = 8;

  /**
   * Who took a batch less than this ago is in the midst of changes, for which batches of a
   * transaction each would cost more than they gain.
   */
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** So long a batch then waits for more than its first changes. */
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Changes, the end of the last commit before or among them, and the mark that follows them. */
  private record Parcel(
      List<RawChange> changes,
      long bytes,
      long position,
      long committedAtMicros,
      @Nullable Mark mark) {}

  private final int maxBatch;
  private final long maxBytes;
  private final long maxBatchBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition emptied = lock.newCondition();
  private final Deque<Parcel> parcels = new ArrayDeque<>();
  private final int parcelChanges;
  private long bytes;
  private int waiting;
  private long takenNanos = System.nanoTime();
  private long takenPosition;
  private long takenCommittedAtMicros;

  // The open parcel, of the reading thread only.
  private List<RawChange> open = new ArrayList<>();
  private long openBytes;
  private long position;
  private long committedAtMicros;
  private long handedOver;

  /**
   * @param maxBatch most changes of a batch
   * @param maxBytes most bytes of memory that waiting changes take; one parcel is let in however
   *     large, and a batch ends at an eighth of it
   */
  ReadAhead(int maxBatch, long maxBytes) {
    this.maxBatch = maxBatch;
    this.maxBytes = maxBytes;
    this.maxBatchBytes = maxBytes / BATCHES_IN_QUEUE;
    this.parcelChanges = Math.min(PARCEL_CHANGES, maxBatch);
  }

  /** Takes a change that takes so many bytes of memory. */
  void add(RawChange change, long size) throws InterruptedException {
    open.add(change);
    openBytes += size;
    boolean full = open.size() >= parcelChanges || openBytes >= PARCEL_BYTES;
    if (full) {
      handOver();
    }
  }

  /** Takes a mark; the batch that it comes in ends with it. */
  void add(Mark mark) throws InterruptedException {
    handOver(mark);
  }

  /**
   * States that everything up to this end of a commit has been added, and hands it over: whoever
   * waits for changes shall not wait for a pause in them.
   *
   * @param committedMicros when it was committed, microseconds since 1970
   */
  void reached(long endOfCommit, long committedMicros) throws InterruptedException {
    position = endOfCommit;
    committedAtMicros = committedMicros;
    handOver();
  }

  /** Hands over what was added; called when nothing more is waiting to be read, too. */
  void handOver() throws InterruptedException {
    boolean nothingNew = open.isEmpty() && position == handedOver;
    if (nothingNew) {
      return;
    }
    handOver(null);
  }

  private void handOver(@Nullable Mark mark) throws InterruptedException {
    put(new Parcel(open, openBytes + EMPTY_PARCEL_BYTES, position, committedAtMicros, mark));
    handedOver = position;
    open = new ArrayList<>();
    openBytes = 0;
  }

  private void put(Parcel parcel) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!parcels.isEmpty() && bytes + parcel.bytes > maxBytes) {
        emptied.await();
      }
      parcels.addLast(parcel);
      bytes += parcel.bytes;
      waiting += parcel.changes.size();
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next changes, as many as are there and make one batch; without changes if none came in
   * time.
   */
  Batch take(long timeoutMs) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      while (parcels.isEmpty() && left > 0) {
        left = filled.awaitNanos(left);
      }
      boolean isBusy = System.nanoTime() - takenNanos < BUSY_NANOS;
      left = isBusy && !parcels.isEmpty() ? LINGER_NANOS : 0;
      while (waiting < PARCEL_CHANGES && left > 0) {
        left = filled.awaitNanos(left);
      }
      return batch();
    } finally {
      lock.unlock();
    }
  }

  private Batch batch() {
    var changes = new ArrayList<RawChange>();
    long batchBytes = 0;
    @Nullable Mark mark = null;
    while (mark == null && hasRoom(changes.size(), batchBytes)) {
      var parcel = parcels.removeFirst();
      changes.addAll(parcel.changes);
      batchBytes += parcel.bytes;
      bytes -= parcel.bytes;
      waiting -= parcel.changes.size();
      takenPosition = parcel.position;
      takenCommittedAtMicros = parcel.committedAtMicros;
      mark = parcel.mark;
    }
    takenNanos = changes.isEmpty() ? takenNanos : System.nanoTime();
    emptied.signal();
    return new Batch(changes, takenPosition, takenCommittedAtMicros, mark);
  }

  /** Whether the next parcel fits into the batch; one that has no changes yet takes any. */
  private boolean hasRoom(int batchChanges, long batchBytes) {
    var next = parcels.peekFirst();
    if (next == null || batchChanges == 0) {
      return next != null;
    }
    return batchChanges + next.changes.size() <= maxBatch
        && batchBytes + next.bytes <= maxBatchBytes;
  }
}
