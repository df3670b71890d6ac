package dev.wadi.consumer;

import dev.wadi.consumer.KeyQueue.Place;
import dev.wadi.stream.EventKey;
import dev.wadi.stream.StreamEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The keys with events that are not settled, where each stands, and what they take in memory. */
final class Backlog {

  private final Map<EventKey, KeyQueue> keys = new HashMap<>();
  private final Turns turns = new Turns();
  private int parkedKeys;
  private int queuedEvents;
  private long queuedBytes;

  int parkedKeys() {
    return parkedKeys;
  }

  int queuedEvents() {
    return queuedEvents;
  }

  long queuedBytes() {
    return queuedBytes;
  }

  Collection<KeyQueue> all() {
    return keys.values();
  }

  @Nullable KeyQueue find(EventKey key) {
    return keys.get(key);
  }

  KeyQueue findOrAdd(EventKey key) {
    return keys.computeIfAbsent(key, KeyQueue::new);
  }

  @Nullable KeyQueue nextReady() {
    return turns.nextReady();
  }

  @Nullable KeyQueue nextDelayed() {
    return turns.nextDelayed();
  }

  List<KeyQueue> toLoad(Predicate<KeyQueue> which, int most) {
    return turns.toLoad(which, most);
  }

  /** A key must leave its place before anything of it changes but the end of its queue. */
  void leave(KeyQueue queue) {
    turns.leave(queue);
  }

  /** Puts a key where it belongs now; says false if it had nothing left and is forgotten. */
  boolean put(KeyQueue queue, long now) {
    turns.leave(queue);
    boolean empty = queue.waiting.isEmpty();
    if (queue.out != null) {
      return true;
    }
    if (empty && queue.complete) {
      keys.remove(queue.key);
      parkedKeys -= queue.parked ? 1 : 0;
      return false;
    }
    if (queue.notBefore > now) {
      turns.enter(queue, Place.DELAYED);
    } else if (empty) {
      turns.enter(queue, Place.TO_LOAD);
    } else {
      queue.rank = Math.max(queue.rank, queue.waiting.element().seq());
      turns.enter(queue, Place.READY);
    }
    return true;
  }

  void park(KeyQueue queue) {
    queue.parked = true;
    parkedKeys++;
  }

  void add(KeyQueue queue, StreamEvent event) {
    queue.waiting.add(event);
    count(event, 1);
  }

  void addFirst(KeyQueue queue, StreamEvent event) {
    queue.waiting.addFirst(event);
    count(event, 1);
  }

  StreamEvent take(KeyQueue queue) {
    turns.leave(queue);
    var event = queue.waiting.remove();
    count(event, -1);
    return event;
  }

  /** Drops events from memory, to be read again. */
  void forget(KeyQueue queue, Predicate<StreamEvent> forgotten) {
    for (var event : List.copyOf(queue.waiting)) {
      if (forgotten.test(event)) {
        queue.waiting.remove(event);
        count(event, -1);
      }
    }
  }

  private void count(StreamEvent event, int change) {
    queuedEvents += change;
    queuedBytes += (long) change * event.bytes();
  }
}
