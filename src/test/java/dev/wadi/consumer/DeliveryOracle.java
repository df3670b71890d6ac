package dev.wadi.consumer;

import dev.wadi.change.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Watches deliveries from the receivers' side. Every event carries the version of its key: 1, 2, 3
 * and so on.
 */
final class DeliveryOracle {

  private static final int MOST_VIOLATIONS = 20;

  /** What a receiver got, by whichever way. */
  record Delivered(String ackId, String key, long version, long seq, int count) {

    static List<Delivered> of(List<Message> messages) {
      return messages.stream().map(Delivered::of).toList();
    }

    static Delivered of(Message message) {
      var event = message.event();
      long version = ((Number) new Row(event.record()).get("version")).longValue();
      return new Delivered(
          message.ackId(), event.recordPk(), version, event.seq(), message.deliverCount());
    }
  }

  private record Lease(String ackId, long version, long end) {}

  private final long leaseNanos;
  private final Map<String, Lease> leases = new HashMap<>();

  /** How many acks of a version were sent and not answered yet, or lost their answer. */
  private final Map<String, Map<Long, Integer>> acking = new HashMap<>();

  private final Map<String, Set<Long>> acked = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private Map<String, Long> skipped = Map.of();
  private long era;
  private boolean leasesMayEnd;
  private long leasesEnded = System.nanoTime();

  /** Leases are counted in whole milliseconds of the wall clock, here in nanoseconds. */
  private static final long CLOCK_MARGIN_MS = 20;

  private final boolean dies;

  DeliveryOracle(long ackWaitMs) {
    this(ackWaitMs, false);
  }

  /**
   * @param dies whether messages become dead letters: the next of the key may come before they are
   *     acked
   */
  DeliveryOracle(long ackWaitMs, boolean dies) {
    leaseNanos = TimeUnit.MILLISECONDS.toNanos(ackWaitMs - CLOCK_MARGIN_MS);
    this.dies = dies;
  }

  /**
   * @param sent when the receive was sent: the leases end so long after that at the earliest
   */
  synchronized void received(List<Delivered> messages, long sent) {
    long last = 0;
    for (var message : messages) {
      var key = message.key;
      long version = message.version;
      long seq = message.seq;
      check(seq > last, message, "is out of order within its receive");
      last = seq;
      var lease = leases.get(key);
      boolean uncertain = leasesMayEnd || sent <= leasesEnded;
      boolean free = uncertain || lease == null || lease.end < System.nanoTime();
      check(free, message, "comes while another of its key is out: " + lease);
      boolean repeated = acked.getOrDefault(key, Set.of()).contains(version);
      check(!repeated, message, "comes again although its ack was answered");
      boolean next =
          dies
              || version - 1 <= skipped.getOrDefault(key, 0L)
              || acking.getOrDefault(key, Map.of()).containsKey(version - 1)
              || acked.getOrDefault(key, Set.of()).contains(version - 1);
      check(next, message, "comes before the one before it was acked");
      boolean sought = dies || version > skipped.getOrDefault(key, 0L);
      check(sought, message, "was skipped by a seek");
      if (uncertain) {
        continue;
      }
      leases.put(key, new Lease(message.ackId, version, sent + leaseNanos));
    }
  }

  /** Held for so long from now, if that was answered; perhaps if it was not. */
  synchronized void extended(Delivered message, long sent, long ms, boolean answered) {
    var lease = leases.get(message.key);
    boolean ours = lease != null && lease.ackId.equals(message.ackId);
    if (ours) {
      long end = sent + TimeUnit.MILLISECONDS.toNanos(ms - CLOCK_MARGIN_MS);
      long held = answered ? end : Math.min(end, lease.end);
      leases.put(message.key, new Lease(message.ackId, message.version, held));
    }
  }

  synchronized void givenBack(Delivered message) {
    endLease(message);
  }

  synchronized long acking(List<Delivered> messages) {
    for (var message : messages) {
      endLease(message);
      count(message, 1);
    }
    return era;
  }

  synchronized void acked(List<Delivered> messages, Map<String, Outcome> outcomes, long eraOfAck) {
    if (eraOfAck != era) {
      return;
    }
    for (var message : messages) {
      var outcome = outcomes.get(message.ackId);
      check(outcome != Outcome.UNKNOWN, message, "has an ack id that is not known");
      if (outcome != null) {
        count(message, -1);
      }
      if (outcome == Outcome.DONE) {
        versions(acked, message).add(message.version);
      }
    }
  }

  /** The owner is being ended; from now on what is out may come again, until it is gone. */
  synchronized void leasesMayEnd() {
    leasesMayEnd = true;
    leases.clear();
  }

  /** The owner is gone: what was out may come again at once, and what it still answered. */
  synchronized void leasesEnded() {
    leasesMayEnd = false;
    leasesEnded = System.nanoTime();
    leases.clear();
  }

  /**
   * @param below versions per key that are not delivered any more
   */
  synchronized void sought(Map<String, Long> below) {
    era++;
    leases.clear();
    acking.clear();
    acked.clear();
    skipped = below;
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /**
   * Versions that nobody acked.
   *
   * @param newest newest version of each key
   */
  synchronized List<String> missed(Map<String, Long> newest) {
    var missed = new ArrayList<String>();
    newest.forEach(
        (key, last) -> {
          for (long version = skipped.getOrDefault(key, 0L) + 1; version <= last; version++) {
            boolean acknowledged =
                acked.getOrDefault(key, Set.of()).contains(version)
                    || acking.getOrDefault(key, Map.of()).containsKey(version);
            if (!acknowledged) {
              missed.add(key + " version " + version);
            }
          }
        });
    return missed;
  }

  private void endLease(Delivered message) {
    var key = message.key;
    var lease = leases.get(key);
    boolean ours = lease != null && lease.ackId.equals(message.ackId);
    if (ours) {
      leases.remove(key);
    }
  }

  private void check(boolean holds, Delivered message, String violation) {
    if (!holds && violations.size() < MOST_VIOLATIONS) {
      violations.add(
          "event %d (%s version %d, delivery %d) %s"
              .formatted(message.seq, message.key, message.version, message.count, violation));
    }
  }

  private void count(Delivered message, int change) {
    acking
        .computeIfAbsent(message.key, key -> new HashMap<>())
        .merge(message.version, change, (old, more) -> old + more == 0 ? null : old + more);
  }

  private static Set<Long> versions(Map<String, Set<Long>> all, Delivered message) {
    return all.computeIfAbsent(message.key, key -> new HashSet<>());
  }
}
