package dev.wadi.consumer;

import dev.wadi.consumer.KeyQueue.Place;
import dev.wadi.stream.EventReader.KeyEvents;
import dev.wadi.stream.EventReader.KeyRange;
import dev.wadi.stream.StreamEvent;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a group that go their own way: the cursor passes their events, which are read by key.
 */
final class ParkedKeys {

  private final Limits limits;
  private final Window window;
  private final Backlog backlog;
  private final Unflushed unflushed;
  private final LongPredicate isRedriven;

  /**
   * @param isRedriven tells dead letters that are delivered once more: they were settled before
   */
  ParkedKeys(
      Limits limits,
      Window window,
      Backlog backlog,
      Unflushed unflushed,
      LongPredicate isRedriven) {
    this.limits = limits;
    this.window = window;
    this.backlog = backlog;
    this.unflushed = unflushed;
    this.isRedriven = isRedriven;
  }

  /** Takes a key over as it was parked. */
  KeyQueue restore(Flush.Parked row) {
    var queue = backlog.findOrAdd(row.key());
    backlog.park(queue);
    queue.complete = false;
    queue.nextLoad = row.headSeq();
    queue.attempts = row.attempts();
    queue.notBefore = row.notBeforeMs();
    queue.lastError = row.lastError();
    queue.rank = row.headSeq();
    return queue;
  }

  /** Parks a key if it may be, and keeps its events from this one on out of memory. */
  void parkWithout(KeyQueue queue, long seq) {
    if (queue.parked || mayPark()) {
      park(queue);
      queue.complete = false;
      queue.nextLoad = seq;
    }
  }

  /**
   * Parks a key that failed, if it may be.
   *
   * @param inTrouble whether it is to be parked
   * @param staysAway whether it keeps no events in memory, to be read again when its time comes
   */
  void failed(KeyQueue queue, boolean inTrouble, boolean staysAway) {
    if (inTrouble && mayPark()) {
      park(queue);
    }
    if (!queue.parked) {
      return;
    }
    unflushed.parked(queue);
    if (staysAway) {
      queue.nextLoad = head(queue);
      queue.complete = false;
      backlog.forget(queue, event -> !isRedriven.test(event.seq()));
    }
  }

  /**
   * Keys whose next events are to be read.
   *
   * @param mostKeys at most so many keys
   * @param mostEvents about so many events in all
   */
  List<KeyRange> toLoad(int mostKeys, int mostEvents) {
    var queues = backlog.toLoad(this::mayLoad, Math.min(mostKeys, mostEvents));
    int share = Math.max(1, mostEvents / Math.max(1, queues.size()));
    int most = Math.min(limits.waitingPerKey(), share);
    return queues.stream()
        .map(queue -> new KeyRange(queue.key, queue.nextLoad, queue.attempts > 0 ? 1 : most))
        .toList();
  }

  /**
   * After a takeover a key may stand beyond the frontier. To find nothing of it there would free it
   * and forget how often it failed.
   */
  private boolean mayLoad(KeyQueue queue) {
    return queue.attempts == 0 || queue.nextLoad <= window.frontier();
  }

  /**
   * Takes in what {@link #toLoad} asked for.
   *
   * @param unsettled those of the events read that are to be delivered
   * @return the key, which stands nowhere then; null if it is not waited for any more
   */
  @Nullable KeyQueue loaded(KeyEvents read, List<StreamEvent> unsettled) {
    var queue = backlog.find(read.range().key());
    if (queue == null || queue.place != Place.TO_LOAD) {
      return null;
    }
    backlog.leave(queue);
    unsettled.forEach(event -> backlog.add(queue, event));
    queue.complete = read.through() >= window.frontier();
    queue.nextLoad = read.through() + 1;
    return queue;
  }

  /** Keys that are parked or delayed, by head, at most so many. */
  List<Flush.Parked> blocked(int most) {
    return backlog.all().stream()
        .filter(queue -> queue.parked || queue.place == Place.DELAYED)
        .map(this::row)
        .sorted(Comparator.comparingLong(Flush.Parked::headSeq))
        .limit(most)
        .toList();
  }

  /** How a key is written down. */
  Flush.Parked row(KeyQueue queue) {
    return new Flush.Parked(
        queue.key, head(queue), queue.attempts, queue.notBefore, queue.lastError);
  }

  private long head(KeyQueue queue) {
    return queue.head(isRedriven, window.frontier() + 1);
  }

  private boolean mayPark() {
    return backlog.parkedKeys() < limits.parkedKeys();
  }

  private void park(KeyQueue queue) {
    if (queue.parked) {
      return;
    }
    backlog.park(queue);
    unflushed.parked(queue);
    var delivery = queue.out;
    if (delivery != null && !isRedriven.test(delivery.seq())) {
      window.park(delivery.seq());
    }
    for (var event : queue.waiting) {
      if (!isRedriven.test(event.seq())) {
        window.park(event.seq());
      }
    }
  }
}
