package dev.wadi.consumer;

import dev.wadi.stream.StreamEvent;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
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

  /** Receivers may keep a group that is to leave for so long before it stays after all. */
  private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int MAX_REDRIVING = 1_000;

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
  private @Nullable Dispatcher dispatcher;
  private @Nullable AckIds ackIds;
  private long nextTickMs;
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
    this.ledger = new GroupLedger(engine, session, limits.ledgerDeltas());
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  /** Says that the event table has new events. */
  void appended() {
    intake.announce();
    engine.signal();
  }

  /** Says that the event table has events up to this one, and that they are visible. */
  void appended(long lastId) {
    intake.announce(lastId);
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
    ackIds = session.takeOver(owner, engine.now());
    var recovered = session.recover();
    var fresh = new Dispatcher(limits, recovered.window(), recovered.settled());
    recovered.parked().forEach(row -> fresh.restore(row, engine.now()));
    long cursor = recovered.window().cursor();
    ledger.startAt(cursor);
    dispatcher = fresh;
    restoreRedriven();
    engine.lease().heard(sent);
    engine.begin(new Epoch(session.epoch(), fresh, ackIds));
    LOG.info(
        "group {}: served here epoch={} cursor={} parked={}",
        engine.group().name(),
        session.epoch(),
        cursor,
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
    // Whoever waits for events would wait for the acks of others to be written as well.
    boolean readFirst = intake.isAnnounced() && engine.isAwaited();
    boolean busy = readFirst && intake.read(dispatcher);
    long untilFlush = ledger.flushIfDue(dispatcher);
    if (!readFirst) {
      busy = intake.read(dispatcher);
    }
    if (!busy && tasks.isEmpty()) {
      long untilTick = TimeUnit.MILLISECONDS.toNanos(Math.min(1_000, nextTickMs));
      engine.await(Math.min(Math.min(GroupIntake.POLL_NANOS, untilTick), untilFlush));
    }
  }

  private void handOver() throws SQLException {
    if (!killed) {
      ledger.flush(true);
      session.disown();
      LOG.info("group {}: handed over", engine.group().name());
    }
  }

  private void doSeek(StartPosition to) throws SQLException {
    long cursor = ConsumerGroups.cursorFor(session.connection(), engine.group().table(), to);
    ledger.seek(cursor);
    var fresh = new Dispatcher(limits, new Window(cursor, cursor, 0, 0), new SeqRanges());
    dispatcher = fresh;
    restoreRedriven();
    engine.begin(new Epoch(session.epoch(), fresh, ackIds));
    LOG.info("group {}: sought epoch={} cursor={}", engine.group().name(), session.epoch(), cursor);
  }

  private int doRedrive(@Nullable List<Long> seqs) throws SQLException {
    var current = dispatcher;
    int room = current.roomToRedrive(MAX_REDRIVING);
    var attempts = session.redrive(engine.group().table(), seqs, room);
    redrive(attempts);
    return attempts.size();
  }

  private void restoreRedriven() throws SQLException {
    redrive(session.redriven());
  }

  private void redrive(Map<Long, Integer> attempts) throws SQLException {
    var current = dispatcher;
    var events = attempts.isEmpty() ? List.<StreamEvent>of() : intake.at(attempts.keySet());
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
