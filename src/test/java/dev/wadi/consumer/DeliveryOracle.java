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

  private record Lease(String ackId, long version, long end) {}

  private final long leaseNanos;
  private final Map<String, Lease> leases = new HashMap<>();

  /** How many acks of a version were sent and not answered yet, or lost their answer. */
  private final Map<String, Map<Long, Integer>> acking = new HashMap<>();

  private final Map<String, Set<Long>> acked = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private Map<String, Long> skipped = Map.of();
  private long era;

  /** Leases are counted in whole milliseconds of the wall clock, here in nanoseconds. */
  private static final long CLOCK_MARGIN_MS = 20;

  DeliveryOracle(long ackWaitMs) {
    leaseNanos = TimeUnit.MILLISECONDS.toNanos(ackWaitMs - CLOCK_MARGIN_MS);
  }

  /**
   * @param sent when the receive was sent: the leases end so long after that at the earliest
   */
  synchronized void received(List<Message> messages, long sent) {
    long last = 0;
    for (var message : messages) {
      var key = message.event().recordPk();
      long version = version(message);
      long seq = message.event().seq();
      check(seq > last, message, "is out of order within its receive");
      last = seq;
      var lease = leases.get(key);
      boolean free = lease == null || lease.end < System.nanoTime();
      check(free, message, "comes while another of its key is out: " + lease);
      boolean repeated = acked.getOrDefault(key, Set.of()).contains(version);
      check(!repeated, message, "comes again although its ack was answered");
      boolean next =
          version - 1 <= skipped.getOrDefault(key, 0L)
              || acking.getOrDefault(key, Map.of()).containsKey(version - 1)
              || acked.getOrDefault(key, Set.of()).contains(version - 1);
      check(next, message, "comes before the one before it was acked");
      check(version > skipped.getOrDefault(key, 0L), message, "was skipped by a seek");
      leases.put(key, new Lease(message.ackId(), version, sent + leaseNanos));
    }
  }

  synchronized void givenBack(Message message) {
    endLease(message);
  }

  synchronized long acking(List<Message> messages) {
    for (var message : messages) {
      endLease(message);
      count(message, 1);
    }
    return era;
  }

  synchronized void acked(List<Message> messages, Map<String, Outcome> outcomes, long eraOfAck) {
    if (eraOfAck != era) {
      return;
    }
    for (var message : messages) {
      var outcome = outcomes.get(message.ackId());
      check(outcome != Outcome.UNKNOWN, message, "has an ack id that is not known");
      if (outcome != null) {
        count(message, -1);
      }
      if (outcome == Outcome.DONE) {
        versions(acked, message).add(version(message));
      }
    }
  }

  /** The owner is gone: what was out may come again at once. */
  synchronized void leasesEnded() {
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

  private void endLease(Message message) {
    var key = message.event().recordPk();
    var lease = leases.get(key);
    boolean ours = lease != null && lease.ackId.equals(message.ackId());
    if (ours) {
      leases.remove(key);
    }
  }

  private void check(boolean holds, Message message, String violation) {
    if (!holds && violations.size() < MOST_VIOLATIONS) {
      var event = message.event();
      violations.add(
          "event %d (%s version %d, delivery %d) %s"
              .formatted(
                  event.seq(),
                  event.recordPk(),
                  version(message),
                  message.deliverCount(),
                  violation));
    }
  }

  private void count(Message message, int change) {
    acking
        .computeIfAbsent(message.event().recordPk(), key -> new HashMap<>())
        .merge(version(message), change, (old, more) -> old + more == 0 ? null : old + more);
  }

  private static Set<Long> versions(Map<String, Set<Long>> all, Message message) {
    return all.computeIfAbsent(message.event().recordPk(), key -> new HashSet<>());
  }

  private static long version(Message message) {
    return ((Number) new Row(message.event().record()).get("version")).longValue();
  }
}
