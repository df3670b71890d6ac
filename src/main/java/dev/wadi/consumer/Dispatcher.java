package dev.wadi.consumer;

import dev.wadi.consumer.KeyQueue.Place;
import dev.wadi.consumer.Window.State;
import dev.wadi.stream.EventKey;
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
  private final Map<EventKey, KeyQueue> keys = new HashMap<>();
  private final Turns turns = new Turns();
  private final Deliveries out = new Deliveries();

  /** Dead letters that are delivered once more, with their attempts so far. */
  private final Map<Long, Integer> redriven = new HashMap<>();

  private int parkedKeys;
  private int queuedEvents;
  private long queuedBytes;

  /**
   * @param recovered events that were settled before a takeover, of which the window may not know
   */
  Dispatcher(Limits limits, Window window, SeqRanges recovered) {
    this.limits = limits;
    this.window = window;
    this.recovered = recovered;
  }

  Window window() {
    return window;
  }

  int queuedEvents() {
    return queuedEvents;
  }

  int inFlight() {
    return out.size();
  }

  int parkedKeys() {
    return parkedKeys;
  }

  int redriving() {
    return redriven.size();
  }

  /** How many more events may be taken in now. */
  int room() {
    boolean full = queuedEvents >= limits.queuedEvents() || queuedBytes >= limits.queuedBytes();
    return full ? 0 : Math.max(0, limits.windowEvents() - window.size());
  }

  /** Takes a key over as it was parked. */
  void restore(Flush.Parked row, long now) {
    var queue = new KeyQueue(row.key());
    queue.parked = true;
    parkedKeys++;
    queue.complete = false;
    queue.nextLoad = row.headSeq();
    queue.attempts = row.attempts();
    queue.notBefore = row.notBeforeMs();
    queue.lastError = row.lastError();
    queue.rank = row.headSeq();
    keys.put(queue.key, queue);
    put(queue, now);
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
    var queue = keys.computeIfAbsent(event.key(), KeyQueue::new);
    boolean tooMany = queue.complete && queue.waiting.size() >= limits.waitingPerKey();
    if (tooMany && (queue.parked || mayPark())) {
      park(queue);
      queue.complete = false;
      queue.nextLoad = event.seq();
    }
    window.append(queue.parked ? State.PARKED : State.OPEN);
    if (queue.complete) {
      enqueue(queue, event);
      if (queue.place == Place.NOWHERE) {
        put(queue, now);
      }
    }
  }

  /** Passes the next event after the frontier by: retention has taken it. */
  void appendMissing() {
    window.append(State.PASSED);
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
    var queue = turns.nextReady();
    while (queue != null && taken.size() < most && out.size() < maxOut) {
      bytes += queue.waiting.element().bytes();
      if (bytes > limits.receivedBytes() && !taken.isEmpty()) {
        break;
      }
      taken.add(take(queue, deadline));
      queue = turns.nextReady();
    }
    taken.sort(Comparator.comparingLong(Delivery::seq));
    return taken;
  }

  /** Whether a receive would get something. */
  boolean hasReady(int maxOut) {
    return turns.nextReady() != null && out.size() < maxOut;
  }

  /** Whether this delivery is the one that is out. */
  boolean isOut(long seq, int attempt) {
    var delivery = out.find(seq);
    return delivery != null && delivery.attempt == attempt;
  }

  /** Settles a message that is out. */
  void settle(long seq, long now) {
    var queue = out.remove(seq).queue;
    if (redriven.remove(seq) != null) {
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
    if (redriven.remove(seq) != null) {
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
    enqueueFirst(delivery.queue, delivery.event);
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
    var due = turns.nextDelayed();
    while (due != null && due.notBefore <= now) {
      put(due, now);
      due = turns.nextDelayed();
    }
  }

  /** When {@link #tick} has something to do at the earliest. */
  long nextTick() {
    var expiring = out.nextToExpire();
    var due = turns.nextDelayed();
    return Math.min(
        expiring == null ? Long.MAX_VALUE : expiring.deadline,
        due == null ? Long.MAX_VALUE : due.notBefore);
  }

  /** Dead letters to deliver once more, with their attempts so far. */
  void redrive(List<StreamEvent> events, Map<Long, Integer> attempts, long now) {
    for (var event : events) {
      if (redriven.putIfAbsent(event.seq(), attempts.get(event.seq())) == null) {
        var queue = keys.computeIfAbsent(event.key(), KeyQueue::new);
        turns.leave(queue);
        enqueueFirst(queue, event);
        put(queue, now);
      }
    }
    var gone = new HashMap<>(attempts);
    events.forEach(event -> gone.remove(event.seq()));
    gone.forEach((seq, failed) -> unflushed.dead(seq, failed, "the event is gone"));
  }

  /** Parked keys whose next events are to be read up to the frontier, at most so many. */
  List<KeyRange> keysToLoad(int most) {
    return turns.toLoad(most).stream()
        .map(queue -> new KeyRange(queue.key, queue.nextLoad, loadLimit(queue)))
        .toList();
  }

  /**
   * Takes in what {@link #keysToLoad} asked for.
   *
   * @param wanted the events read, without those filtered out
   * @param read how many were read
   * @param last seq of the last one read; ignored if none was
   */
  void loaded(KeyRange range, List<StreamEvent> wanted, int read, long last, long now) {
    var queue = keys.get(range.key());
    if (queue == null || queue.place != Place.TO_LOAD) {
      return;
    }
    turns.leave(queue);
    for (var event : wanted) {
      if (!recovered.contains(event.seq())) {
        enqueue(queue, event);
      }
    }
    queue.complete = read < range.limit();
    queue.nextLoad = last + 1;
    put(queue, now);
  }

  boolean hasUnflushed() {
    return !unflushed.isEmpty();
  }

  /** What must be written down for the acks and nacks so far to last. */
  Flush takeFlush() {
    return unflushed.take(window, this::row);
  }

  /** Everything that must be known to start anew from here. */
  Flush takeSnapshot() {
    var parked = keys.values().stream().filter(queue -> queue.parked).map(this::row).toList();
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
    for (var queue : keys.values()) {
      var delivery = queue.out;
      var first = delivery == null ? queue.waiting.peek() : delivery.event;
      if (first != null && (oldest == null || first.seq() < oldest.seq())) {
        oldest = first;
      }
    }
    return oldest;
  }

  /** Keys that are parked or delayed, by head, at most so many. */
  List<Flush.Parked> blocked(int most) {
    return keys.values().stream()
        .filter(queue -> queue.parked || queue.place == Place.DELAYED)
        .map(this::row)
        .sorted(Comparator.comparingLong(Flush.Parked::headSeq))
        .limit(most)
        .toList();
  }

  private Delivery take(KeyQueue queue, long deadline) {
    turns.leave(queue);
    var event = queue.waiting.remove();
    count(event, -1);
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
    enqueueFirst(queue, delivery.event);
    queue.attempts = delivery.attempt;
    queue.lastError = error;
    queue.notBefore = now + delay;
    boolean inTrouble = delay > 0 || queue.attempts > 1;
    queue.rank = inTrouble ? window.frontier() : delivery.seq();
    if (inTrouble && mayPark()) {
      park(queue);
    }
    if (queue.parked) {
      unflushed.parked(queue);
      forget(queue, delay);
    }
  }

  /** A key that stays away keeps no events in memory: they are read again when its time comes. */
  private void forget(KeyQueue queue, long delay) {
    if (delay == 0) {
      return;
    }
    queue.nextLoad = queue.head(redriven::containsKey, window.frontier() + 1);
    queue.complete = false;
    queue.waiting.removeIf(
        event -> {
          boolean forgotten = !redriven.containsKey(event.seq());
          if (forgotten) {
            count(event, -1);
          }
          return forgotten;
        });
  }

  private boolean mayPark() {
    return parkedKeys < limits.parkedKeys();
  }

  private void park(KeyQueue queue) {
    if (queue.parked) {
      return;
    }
    queue.parked = true;
    parkedKeys++;
    unflushed.parked(queue);
    var delivery = queue.out;
    if (delivery != null && !redriven.containsKey(delivery.seq())) {
      window.park(delivery.seq());
    }
    for (var event : queue.waiting) {
      if (!redriven.containsKey(event.seq())) {
        window.park(event.seq());
      }
    }
  }

  /** Puts a key where it belongs now; one that has nothing left is forgotten. */
  private void put(KeyQueue queue, long now) {
    turns.leave(queue);
    if (queue.out != null) {
      return;
    }
    boolean empty = queue.waiting.isEmpty();
    if (empty && queue.complete) {
      keys.remove(queue.key);
      if (queue.parked) {
        parkedKeys--;
        unflushed.freed(queue);
      }
    } else if (queue.notBefore > now) {
      turns.enter(queue, Place.DELAYED);
    } else if (empty) {
      turns.enter(queue, Place.TO_LOAD);
    } else {
      queue.rank = Math.max(queue.rank, queue.waiting.element().seq());
      turns.enter(queue, Place.READY);
    }
  }

  private void enqueue(KeyQueue queue, StreamEvent event) {
    queue.waiting.add(event);
    count(event, 1);
  }

  private void enqueueFirst(KeyQueue queue, StreamEvent event) {
    queue.waiting.addFirst(event);
    count(event, 1);
  }

  private void count(StreamEvent event, int change) {
    queuedEvents += change;
    queuedBytes += (long) change * event.bytes();
  }

  private int loadLimit(KeyQueue queue) {
    return queue.attempts > 0 ? 1 : limits.waitingPerKey();
  }

  private Flush.Parked row(KeyQueue queue) {
    return new Flush.Parked(
        queue.key,
        queue.head(redriven::containsKey, window.frontier() + 1),
        queue.attempts,
        queue.notBefore,
        queue.lastError);
  }
}
