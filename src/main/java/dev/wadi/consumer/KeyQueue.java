package dev.wadi.consumer;

import dev.wadi.stream.EventKey;
import dev.wadi.stream.StreamEvent;
import java.util.ArrayDeque;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The events of one key that are not settled, oldest first, as far as they are in memory. */
final class KeyQueue {

  /** Where a key stands; it is in one place at a time. */
  enum Place {
    NOWHERE,
    READY,
    DELAYED,
    TO_LOAD
  }

  final EventKey key;
  final ArrayDeque<StreamEvent> waiting = new ArrayDeque<>(2);
  Place place = Place.NOWHERE;
  @Nullable Delivery out;

  /** Whether the key goes its own way, apart from the window. */
  boolean parked;

  /** Whether {@code waiting} holds everything up to the frontier; else reading goes on here. */
  boolean complete = true;

  long nextLoad;

  /** Failed deliveries of the head, when it may go out again, and why it failed. */
  int attempts;

  long notBefore;
  @Nullable String lastError;

  /** Turn among the ready keys; a key that fails again goes behind those that wait already. */
  long rank;

  KeyQueue(EventKey key) {
    this.key = key;
  }

  /**
   * The first event that is not settled.
   *
   * @param ignored events that were settled before and are delivered again
   * @param end answer if there is none
   */
  long head(LongPredicate ignored, long end) {
    var delivery = out;
    if (delivery != null && !ignored.test(delivery.seq())) {
      return delivery.seq();
    }
    for (var event : waiting) {
      if (!ignored.test(event.seq())) {
        return event.seq();
      }
    }
    return complete ? end : nextLoad;
  }
}
