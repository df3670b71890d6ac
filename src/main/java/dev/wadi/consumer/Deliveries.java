package dev.wadi.consumer;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The messages that are out. */
final class Deliveries {

  private final Map<Long, Delivery> bySeq = new HashMap<>();
  private final TreeSet<Delivery> byDeadline =
      new TreeSet<>(
          Comparator.<Delivery>comparingLong(each -> each.deadline)
              .thenComparingLong(Delivery::seq));

  private long bytes;

  int size() {
    return bySeq.size();
  }

  /** About what they take in memory. */
  long bytes() {
    return bytes;
  }

  void add(Delivery delivery) {
    delivery.queue.out = delivery;
    bySeq.put(delivery.seq(), delivery);
    byDeadline.add(delivery);
    bytes += delivery.event.bytes();
  }

  Delivery remove(long seq) {
    var delivery = bySeq.remove(seq);
    if (delivery == null) {
      throw new IllegalStateException("message " + seq + " is not out; this indicates a bug");
    }
    byDeadline.remove(delivery);
    bytes -= delivery.event.bytes();
    delivery.queue.out = null;
    return delivery;
  }

  @Nullable Delivery find(long seq) {
    return bySeq.get(seq);
  }

  /** The message that is taken back first; null if none is out. */
  @Nullable Delivery nextToExpire() {
    return byDeadline.isEmpty() ? null : byDeadline.first();
  }
}
