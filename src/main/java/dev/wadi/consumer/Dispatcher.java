package dev.wadi.consumer;

import dev.wadi.consumer.KeyQueue.Place;
import dev.wadi.consumer.Window.State;
import dev.wadi.stream.EventReader.KeyEvents;
import dev.wadi.stream.EventReader.KeyRange;
import dev.wadi.stream.StreamEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One group in memory: which events wait, which are out, and which keys are in trouble. No thread,
 * no clock and no database: the caller brings events, time and acks, and writes down what {@link
 * #takeFlush} says.
 *
 * <p>A key has at most one message out. A key that fails twice in a row or with a delay, or that
 * has more events waiting than memory should hold, is parked: its events no longer hold up the
 * cursor, and are read by key, from its head on, until it has caught up with the frontier.
 *
 * <p>All times are ms since 1970.
 */
final class Dispatcher {

  private final Limits limits;
  private final Window window;
  private final SeqRanges recovered;
  private final Unflushed unflushed = new Unflushed();
  private final Backlog backlog = new Backlog();
  private final Deliveries out = new Deliveries();

  /** Dead letters that are delivered once more, with their attempts so far. */
  private final Map<Long, Integer> redriven = new HashMap<>();

  private long redrivenBytes;
  private final ParkedKeys parkedKeys;

  /**
   * @param recovered events that were settled before a takeover, of which the window may not know
   */
  Dispatcher(Limits limits, Window window, SeqRanges recovered) {
    this.limits = limits;
    this.window = window;
    this.recovered = recovered;
    this.parkedKeys = new ParkedKeys(limits, window, backlog, unflushed, redriven::containsKey);
  }

  Window window() {
    return window;
  }

  /** Takes a key over as it was parked. */
  void restore(Flush.Parked row, long now) {
    put(parkedKeys.restore(row), now);
  }

  /**
   * Parked keys whose next events are to be read up to the frontier; none while memory is full.
   *
   * @param mostKeys at most so many keys
   * @param mostEvents about so many events in all
   */
  List<KeyRange> keysToLoad(int mostKeys, int mostEvents) {
    return isFull() ? List.of() : parkedKeys.toLoad(mostKeys, mostEvents);
  }

  /**
   * Takes in what {@link #keysToLoad} asked for.
   *
   * @param wanted the events read, without those filtered out
   */
  void loaded(KeyEvents read, List<StreamEvent> wanted, long now) {
    var unsettled = wanted.stream().filter(event -> !recovered.contains(event.seq())).toList();
    var queue = parkedKeys.loaded(read, unsettled);
    if (queue != null) {
      put(queue, now);
    }
  }

  /** Keys that are parked or delayed, by head, at most so many. */
  List<Flush.Parked> blocked(int most) {
    return parkedKeys.blocked(most);
  }

  int queuedEvents() {
    return backlog.queuedEvents();
  }

  int inFlight() {
    return out.size();
  }

  int parkedKeys() {
    return backlog.parkedKeys();
  }

  /** How many dead letters may be redriven now, of so many at a time. */
  int roomToRedrive(int most) {
    return redrivenBytes >= limits.receivedBytes() ? 0 : Math.max(0, most - redriven.size());
  }

  /** How many more events may be taken in now. */
  int room() {
    return isFull() ? 0 : Math.max(0, limits.windowEvents() - window.size());
  }

  /** The same while no receiver asks: a first answer is kept ready, memory is for those who ask. */
  int roomUnasked() {
    return Math.min(room(), Math.max(0, limits.unaskedEvents() - backlog.queuedEvents()));
  }

  /** Takes in the next event after the frontier. */
  void append(StreamEvent event, boolean wanted, long now) {
    if (!wanted) {
      window.append(State.PASSED);
      return;
    }
    if (recovered.contains(event.seq())) {
      window.append(State.SETTLED);
      return;
    }
    var queue = backlog.findOrAdd(event.key());
    boolean tooMany = queue.complete && queue.waiting.size() >= limits.waitingPerKey();
    if (tooMany) {
      parkedKeys.parkWithout(queue, event.seq());
    }
    window.append(queue.parked ? State.PARKED : State.OPEN);
    if (queue.complete) {
      backlog.add(queue, event);
      if (queue.place == Place.NOWHERE) {
        put(queue, now);
      }
    }
  }

  /** Passes the next events after the frontier by: retention has taken them. */
  void appendMissing(int events) {
    for (int passed = 0; passed < events; passed++) {
      window.append(State.PASSED);
    }
  }

  /**
   * The next messages, in the order of their seqs.
   *
   * @param most at least 1
   * @param maxOut most that may be out at a time
   * @param deadline when they are taken back
   */
  List<Delivery> receive(int most, int maxOut, long deadline) {
    var taken = new ArrayList<Delivery>();
    long bytes = 0;
    var queue = backlog.nextReady();
    while (queue != null && taken.size() < most && out.size() < maxOut) {
      bytes += queue.waiting.element().bytes();
      if (bytes > limits.receivedBytes() && !taken.isEmpty()) {
        break;
      }
      taken.add(take(queue, deadline));
      queue = backlog.nextReady();
    }
    taken.sort(Comparator.comparingLong(Delivery::seq));
    return taken;
  }

  /** Whether a receive would get something. */
  boolean hasReady(int maxOut) {
    return backlog.nextReady() != null && out.size() < maxOut;
  }

  /** Whether this delivery is the one that is out. */
  boolean isOut(long seq, int attempt) {
    var delivery = out.find(seq);
    return delivery != null && delivery.attempt == attempt;
  }

  /** Settles a message that is out. */
  void settle(long seq, long now) {
    var delivery = out.remove(seq);
    var queue = delivery.queue;
    if (endRedrive(delivery)) {
      unflushed.revived(seq);
    } else {
      settle(queue, seq);
    }
    put(queue, now);
  }

  /**
   * Takes a message back that failed or was not acked in time.
   *
   * @param delay ms before its key may go out again
   * @param maxDeliver attempts after which it is given up; null for never
   */
  void fail(long seq, long delay, @Nullable Integer maxDeliver, @Nullable String error, long now) {
    var delivery = out.remove(seq);
    var queue = delivery.queue;
    if (endRedrive(delivery)) {
      unflushed.dead(seq, delivery.attempt, error);
    } else if (maxDeliver != null && delivery.attempt >= maxDeliver) {
      unflushed.dead(seq, delivery.attempt, error);
      settle(queue, seq);
    } else {
      retry(delivery, delay, error, now);
    }
    put(queue, now);
  }

  /** Takes a message back as if it had never been out. */
  void giveBack(long seq, long now) {
    var delivery = out.remove(seq);
    backlog.addFirst(delivery.queue, delivery.event);
    put(delivery.queue, now);
  }

  /** Holds a message that is out longer, or less long. */
  void extend(long seq, long deadline) {
    out.add(out.remove(seq).until(deadline));
  }

  /** Does what time has brought: expired messages fail, delayed keys become ready. */
  void tick(@Nullable Integer maxDeliver, long now) {
    var expired = out.nextToExpire();
    while (expired != null && expired.deadline <= now) {
      fail(expired.seq(), 0, maxDeliver, "not acked in time", now);
      expired = out.nextToExpire();
    }
    var due = backlog.nextDelayed();
    while (due != null && due.notBefore <= now) {
      put(due, now);
      due = backlog.nextDelayed();
    }
  }

  /** When {@link #tick} has something to do at the earliest. */
  long nextTick() {
    var expiring = out.nextToExpire();
    var due = backlog.nextDelayed();
    return Math.min(
        expiring == null ? Long.MAX_VALUE : expiring.deadline,
        due == null ? Long.MAX_VALUE : due.notBefore);
  }

  /** Dead letters to deliver once more, with their attempts so far. */
  void redrive(List<StreamEvent> events, Map<Long, Integer> attempts, long now) {
    for (var event : events) {
      if (redriven.putIfAbsent(event.seq(), attempts.get(event.seq())) == null) {
        var queue = backlog.findOrAdd(event.key());
        redrivenBytes += event.bytes();
        backlog.leave(queue);
        backlog.addFirst(queue, event);
        put(queue, now);
      }
    }
    var gone = new HashMap<>(attempts);
    events.forEach(event -> gone.remove(event.seq()));
    gone.forEach((seq, failed) -> unflushed.dead(seq, failed, "the event is gone"));
  }

  boolean hasUnflushed() {
    return !unflushed.isEmpty();
  }

  /** What must be written down for the acks and nacks so far to last. */
  Flush takeFlush() {
    return unflushed.take(window, parkedKeys::row);
  }

  /** Everything that must be known to start anew from here. */
  Flush takeSnapshot() {
    var parked = backlog.all().stream().filter(queue -> queue.parked).map(parkedKeys::row).toList();
    long needed = window.cursor() + 1;
    for (var row : parked) {
      needed = Math.min(needed, row.headSeq());
    }
    recovered.dropBelow(needed);
    return unflushed.takeSnapshot(window, parked, recovered);
  }

  /** The oldest event that is not settled; null if there is none, or it is not in memory. */
  @Nullable StreamEvent oldest() {
    StreamEvent oldest = null;
    for (var queue : backlog.all()) {
      var delivery = queue.out;
      var first = delivery == null ? queue.waiting.peek() : delivery.event;
      if (first != null && (oldest == null || first.seq() < oldest.seq())) {
        oldest = first;
      }
    }
    return oldest;
  }

  private boolean endRedrive(Delivery delivery) {
    boolean ended = redriven.remove(delivery.seq()) != null;
    redrivenBytes -= ended ? delivery.event.bytes() : 0;
    return ended;
  }

  private Delivery take(KeyQueue queue, long deadline) {
    var event = backlog.take(queue);
    int failed = redriven.getOrDefault(event.seq(), queue.attempts);
    var delivery = new Delivery(queue, event, failed + 1, deadline);
    out.add(delivery);
    return delivery;
  }

  private void settle(KeyQueue queue, long seq) {
    unflushed.settled(seq, queue);
    window.settle(seq);
    boolean rowOutdated = queue.parked && queue.attempts > 0;
    if (rowOutdated) {
      unflushed.parked(queue);
    }
    queue.attempts = 0;
    queue.lastError = null;
    queue.rank = 0;
  }

  private void retry(Delivery delivery, long delay, @Nullable String error, long now) {
    var queue = delivery.queue;
    backlog.addFirst(queue, delivery.event);
    queue.attempts = delivery.attempt;
    queue.lastError = error;
    queue.notBefore = now + delay;
    boolean inTrouble = delay > 0 || queue.attempts > 1;
    queue.rank = inTrouble ? window.frontier() : delivery.seq();
    parkedKeys.failed(queue, inTrouble, delay > 0);
  }

  /** Messages that are out take memory as those do that wait. */
  private boolean isFull() {
    return backlog.queuedEvents() >= limits.queuedEvents()
        || backlog.queuedBytes() + out.bytes() >= limits.heldBytes();
  }

  private void put(KeyQueue queue, long now) {
    boolean kept = backlog.put(queue, now);
    if (!kept && queue.parked) {
      unflushed.freed(queue);
    }
  }
}
