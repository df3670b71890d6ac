package dev.wadi.consumer;

import dev.wadi.stream.EventReader;
import dev.wadi.stream.EventReader.KeyRange;
import dev.wadi.stream.StreamEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads events into a group's memory: the next ones, and those of parked keys. */
final class GroupIntake {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.consumer");

  /** The high water is asked for so often if nobody says that there are new events. */
  static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int KEYS_PER_LOAD = 100;

  private final GroupEngine engine;
  private final Connection connection;
  private final EventReader reader;
  private final Predicate<StreamEvent> wanted;
  private final BlockSize blockSize = new BlockSize();
  private final ScanSpan scanSpan = new ScanSpan();

  /** The newest event as those who append say it; 0 if nobody did since. */
  private final AtomicLong announced = new AtomicLong();

  /** Somebody appended and did not say how far. */
  private volatile boolean appended = true;

  private long highWater;
  private long polledAt;
  private long retryAt = System.nanoTime();
  private long passedThrough = -1;
  private @Nullable String error;

  /**
   * @param wanted tells the events that the group delivers
   */
  GroupIntake(GroupEngine engine, Connection connection, Predicate<StreamEvent> wanted) {
    var group = engine.group();
    this.engine = engine;
    this.connection = connection;
    this.wanted = wanted;
    this.reader = new EventReader(group.table(), group.definition().groupBy());
  }

  /** Says that the event table has new events. */
  void announce() {
    appended = true;
  }

  /** Says that the event table has events up to this one, and that they are visible. */
  void announce(long lastId) {
    announced.accumulateAndGet(lastId, Math::max);
  }

  boolean isAnnounced() {
    return appended || announced.get() > 0;
  }

  /** Reads events if there are some and room for them; says whether there may be more. */
  boolean read(Dispatcher into) throws SQLException {
    if (System.nanoTime() - retryAt < 0) {
      return false;
    }
    try {
      learnHighWater();
      boolean loaded = load(into);
      boolean filled = fill(into);
      note(null);
      return loaded || filled;
    } catch (SQLException | RuntimeException e) {
      if (connection.isClosed() || !connection.isValid(1)) {
        throw e;
      }
      retryAt = System.nanoTime() + RETRY_NANOS;
      note(e.getMessage());
      return false;
    }
  }

  /** Single events, as far as they are there. */
  List<StreamEvent> at(Collection<Long> seqs) throws SQLException {
    return reader.at(connection, seqs);
  }

  /** What was announced need not be asked for, which saves the way there and back. */
  private void learnHighWater() throws SQLException {
    long now = System.nanoTime();
    if (appended || now - polledAt >= POLL_NANOS) {
      appended = false;
      polledAt = now;
      highWater = reader.highWater(connection);
      engine.lease().heard(now);
    }
    highWater = Math.max(highWater, announced.getAndSet(0));
  }

  private boolean load(Dispatcher into) throws SQLException {
    var asked = new ArrayList<KeyRange>();
    engine.locked(() -> asked.addAll(into.keysToLoad(KEYS_PER_LOAD, blockSize.events())));
    if (asked.isEmpty()) {
      return false;
    }
    boolean mayScan = reader.isGroupedByColumns();
    long span = mayScan ? scanSpan.perKey(asked.size()) : Long.MAX_VALUE;
    long sent = System.nanoTime();
    var found = reader.ofKeys(connection, asked, into.window().frontier(), span);
    engine.lease().heard(sent);
    scanSpan.learn(System.nanoTime() - sent);
    var kept = found.stream().map(each -> each.events().stream().filter(wanted).toList()).toList();
    engine.locked(
        () -> {
          for (int place = 0; place < found.size(); place++) {
            into.loaded(found.get(place), kept.get(place), engine.now());
          }
        });
    return true;
  }

  private boolean fill(Dispatcher into) throws SQLException {
    var room = new int[1];
    engine.locked(
        () -> room[0] = engine.isAsked() || engine.isAwaited() ? into.room() : into.roomUnasked());
    long first = into.window().frontier() + 1;
    long last = Math.min(highWater, first - 1 + Math.min(room[0], blockSize.events()));
    if (last < first) {
      return false;
    }
    long sent = System.nanoTime();
    var block = EventBlock.read(connection, reader, first, last);
    engine.lease().heard(sent);
    if (block.missing() > 0) {
      pass(into, first, block);
      return true;
    }
    blockSize.learn(block.events());
    var keep = block.events().stream().map(wanted::test).toList();
    engine.locked(
        () -> {
          for (int place = 0; place < keep.size(); place++) {
            into.append(block.events().get(place), keep.get(place), engine.now());
          }
        });
    return true;
  }

  /** Retention was faster than the group, which must not go unnoticed. */
  private void pass(Dispatcher into, long first, EventBlock block) {
    boolean goesOn = first == passedThrough + 1;
    passedThrough = first + block.missing() - 1;
    engine.locked(() -> into.appendMissing(block.missing()));
    engine.noteExpired(first, passedThrough);
    if (!goesOn) {
      LOG.warn(
          "group {}: retention took events {} to {} before it had them",
          engine.group().name(),
          first,
          block.oldest() - 1);
    }
  }

  private void note(@Nullable String problem) {
    if (problem != null && !problem.equals(error)) {
      LOG.error("group {}: {}", engine.group().name(), problem);
    }
    error = problem;
    engine.note(highWater, problem);
  }
}
