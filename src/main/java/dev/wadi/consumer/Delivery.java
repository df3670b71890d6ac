package dev.wadi.consumer;

import dev.wadi.stream.StreamEvent;

/** A message that is out. */
final class Delivery {

  final KeyQueue queue;
  final StreamEvent event;
  final int attempt;

  /** When it is taken back, in ms since 1970. */
  final long deadline;

  Delivery(KeyQueue queue, StreamEvent event, int attempt, long deadline) {
    this.queue = queue;
    this.event = event;
    this.attempt = attempt;
    this.deadline = deadline;
  }

  long seq() {
    return event.seq();
  }

  Delivery until(long newDeadline) {
    return new Delivery(queue, event, attempt, newDeadline);
  }
}
