package dev.wadi.consumer;

import dev.wadi.stream.EventReader;
import dev.wadi.stream.StreamEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread behind a group: has events read into memory and written down what was settled, all on
 * the session that owns the group. It ends when the ownership does.
 */
final class GroupWorker implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.consumer");

  /** The high water is asked for so often if nobody says that there are new events. */
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Acks that come within this time after a flush began are written together. */
  private static final long FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long IDLE_FLUSH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Receivers may keep a group that is to leave for so long before it stays after all. */
  private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int KEYS_PER_LOAD = 100;
  private static final int MAX_REDRIVING = 1_000;

  /** Deltas after which the ledger is replaced by a snapshot, and ranges in them. */
  private static final int MAX_DELTAS = 10_000;

  private static final int MAX_RANGES = 100_000;

  private final GroupEngine engine;
  private final GroupSession session;
  private final Limits limits;
  private final GroupIntake intake;
  private final GroupLedger ledger;
  private final Owner owner;
  private final WorkerTasks tasks = new WorkerTasks();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private volatile boolean stopping;
  private volatile boolean killed;
  private volatile boolean leaving;
  private volatile boolean appended = true;
  private @Nullable Dispatcher dispatcher;
  private @Nullable AckIds ackIds;
  private long highWater;
  private long polledAt;
  private long flushedAt;
  private long flushedCursor;
  private int deltas;
  private int ranges;
  private long nextTickMs;
  private @Nullable String error;
  private long retryAt;
  private @Nullable Long leavingUntil;

  /**
   * @param wanted tells the events that the group delivers
   * @param owner this process, for others to know
   */
  GroupWorker(
      GroupEngine engine,
      GroupSession session,
      Limits limits,
      Predicate<StreamEvent> wanted,
      Owner owner) {
    this.engine = engine;
    this.session = session;
    this.limits = limits;
    this.owner = owner;
    this.intake = new GroupIntake(engine, session.connection(), wanted);
    this.ledger = new GroupLedger(engine, session);
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  /** Says that the event table has new events. */
  void appended() {
    appended = true;
    engine.signal();
  }

  CompletableFuture<Boolean> seek(StartPosition to) {
    var future = new CompletableFuture<Boolean>();
    return queue(
        () -> {
          doSeek(to);
          future.complete(true);
        },
        future);
  }

  /**
   * @param seqs dead letters; null for the oldest
   */
  CompletableFuture<Integer> redrive(@Nullable List<Long> seqs) {
    var future = new CompletableFuture<Integer>();
    return queue(() -> future.complete(doRedrive(seqs)), future);
  }

  /** Ends after everything is written down. */
  CompletableFuture<Boolean> stop() {
    stopping = true;
    engine.signal();
    return ended;
  }

  /**
   * Ends as {@link #stop} does, for another process to go on, but only once no message is out; if
   * that is not so within a second, goes on here.
   */
  void leave() {
    leaving = true;
    engine.signal();
  }

  boolean isLeaving() {
    return leaving;
  }

  /** Ends at once and writes nothing more, as if the process had died. */
  void kill() {
    killed = true;
    stopping = true;
    try {
      session.connection().abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("group {}: session was broken already", engine.group().name(), e);
    }
    engine.signal();
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        step();
        leaveIfIdle();
      }
      handOver();
    } catch (SQLException | RuntimeException e) {
      if (!killed) {
        LOG.warn("group {}: not served here any more: {}", engine.group().name(), e.getMessage());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  private void end() {
    engine.close();
    try {
      session.close();
    } catch (SQLException e) {
      LOG.debug("group {}: session was broken", engine.group().name(), e);
    }
    ended.complete(true);
    tasks.refuse(new NotOwnerException(engine.group().name(), null));
  }

  /** Takes the group over; the thread may run after that. */
  void takeOver() throws SQLException {
    long sent = System.nanoTime();
    ackIds = session.takeOver(owner);
    var recovered = session.recover();
    var fresh = new Dispatcher(limits, recovered.window(), recovered.settled());
    recovered.parked().forEach(row -> fresh.restore(row, engine.now()));
    flushedCursor = recovered.window().cursor();
    dispatcher = fresh;
    restoreRedriven();
    heard(sent);
    engine.begin(fresh, ackIds, session.epoch());
    LOG.info(
        "group {}: served here epoch={} cursor={} parked={}",
        engine.group().name(),
        session.epoch(),
        flushedCursor,
        recovered.parked().size());
  }

  private void leaveIfIdle() {
    if (!leaving) {
      return;
    }
    long now = System.nanoTime();
    if (leavingUntil == null) {
      engine.rest(true);
      leavingUntil = now + LEAVE_NANOS;
    }
    if (engine.inFlight() == 0) {
      stopping = true;
    } else if (now - leavingUntil > 0) {
      leavingUntil = null;
      leaving = false;
      engine.rest(false);
    }
  }

  private void step() throws SQLException, InterruptedException {
    tasks.run();
    engine.tick(next -> nextTickMs = next);
    boolean flushPending = flushIfDue();
    boolean busy = false;
    if (System.nanoTime() >= retryAt) {
      busy = readMore();
    }
    if (busy || !tasks.isEmpty() || nextTickMs <= 0) {
      return;
    }
    long nanos = Math.min(POLL_NANOS, TimeUnit.MILLISECONDS.toNanos(Math.min(1000, nextTickMs)));
    long untilFlush = flushedAt + FLUSH_NANOS - System.nanoTime();
    engine.await(flushPending ? Math.min(nanos, untilFlush) : nanos);
  }

  /** Reads events if there are some and room for them; says whether there may be more. */
  private boolean readMore() throws SQLException {
    try {
      poll();
      boolean loaded = load();
      boolean filled = fill();
      note(null);
      return loaded || filled;
    } catch (SQLException | RuntimeException e) {
      if (killed || !session.connection().isValid(1)) {
        throw e;
      }
      retryAt = System.nanoTime() + RETRY_NANOS;
      note(e.getMessage());
      return false;
    }
  }

  private void poll() throws SQLException {
    boolean due = System.nanoTime() - polledAt >= POLL_NANOS;
    if (appended || due) {
      appended = false;
      polledAt = System.nanoTime();
      highWater = reader.highWater(session.connection());
      heard(polledAt);
    }
  }

  private void handOver() throws SQLException {
    if (!killed) {
      flush(true);
      session.disown();
      LOG.info("group {}: handed over", engine.group().name());
    }
  }

  private void doSeek(StartPosition to) throws SQLException {
    long cursor = ConsumerGroups.cursorFor(session.connection(), engine.group().table(), to);
    ledger.seek(cursor);
    var fresh = new Dispatcher(limits, new Window(cursor, cursor, 0, 0), new SeqRanges());
    dispatcher = fresh;
    flushedCursor = cursor;
    restoreRedriven();
    engine.begin(fresh, ackIds, session.epoch());
    LOG.info("group {}: sought epoch={} cursor={}", engine.group().name(), session.epoch(), cursor);
  }

  private int doRedrive(@Nullable List<Long> seqs) throws SQLException {
    var current = dispatcher;
    int room = MAX_REDRIVING - current.redriving();
    var attempts = session.redrive(seqs, room);
    redrive(attempts);
    return attempts.size();
  }

  private void restoreRedriven() throws SQLException {
    redrive(session.redriven());
  }

  private void redrive(java.util.Map<Long, Integer> attempts) throws SQLException {
    var current = dispatcher;
    var events =
        attempts.isEmpty()
            ? List.<StreamEvent>of()
            : reader.at(session.connection(), attempts.keySet());
    engine.locked(() -> current.redrive(events, attempts, engine.now()));
  }

  private <T> CompletableFuture<T> queue(WorkerTasks.Task task, CompletableFuture<T> future) {
    tasks.add(task, future);
    engine.signal();
    if (hasEnded()) {
      future.completeExceptionally(new NotOwnerException(engine.group().name(), null));
    }
    return future;
  }
}
