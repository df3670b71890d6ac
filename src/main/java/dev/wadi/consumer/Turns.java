package dev.wadi.consumer;

import dev.wadi.consumer.KeyQueue.Place;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The keys that wait: for a receiver, for their time, or for being read from the event table. */
final class Turns {

  private static final Comparator<KeyQueue> BY_KEY =
      Comparator.<KeyQueue>comparingLong(queue -> queue.key.tableOid())
          .thenComparing(queue -> queue.key.text())
          .thenComparing(queue -> queue.key.databaseId());

  private final TreeSet<KeyQueue> ready =
      new TreeSet<>(Comparator.<KeyQueue>comparingLong(queue -> queue.rank).thenComparing(BY_KEY));
  private final TreeSet<KeyQueue> delayed =
      new TreeSet<>(
          Comparator.<KeyQueue>comparingLong(queue -> queue.notBefore).thenComparing(BY_KEY));
  private final TreeSet<KeyQueue> toLoad =
      new TreeSet<>(
          Comparator.<KeyQueue>comparingLong(queue -> queue.nextLoad).thenComparing(BY_KEY));

  /** What a key is ordered by must not change until it leaves. */
  void enter(KeyQueue queue, Place place) {
    queue.place = place;
    switch (place) {
      case READY -> ready.add(queue);
      case DELAYED -> delayed.add(queue);
      case TO_LOAD -> toLoad.add(queue);
      case NOWHERE -> {}
    }
  }

  void leave(KeyQueue queue) {
    switch (queue.place) {
      case READY -> ready.remove(queue);
      case DELAYED -> delayed.remove(queue);
      case TO_LOAD -> toLoad.remove(queue);
      case NOWHERE -> {}
    }
    queue.place = Place.NOWHERE;
  }

  /** The ready key whose turn it is; null if none is ready. */
  @Nullable KeyQueue nextReady() {
    return ready.isEmpty() ? null : ready.first();
  }

  /** The delayed key whose time comes first; null if none is delayed. */
  @Nullable KeyQueue nextDelayed() {
    return delayed.isEmpty() ? null : delayed.first();
  }

  /** The keys to be read, those that are furthest behind first, at most so many. */
  List<KeyQueue> toLoad(Predicate<KeyQueue> which, int most) {
    return toLoad.stream().filter(which).limit(most).toList();
  }
}
