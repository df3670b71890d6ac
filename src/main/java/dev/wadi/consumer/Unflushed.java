package dev.wadi.consumer;

import dev.wadi.stream.EventKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What happened since the last flush. */
final class Unflushed {

  private final List<Long> settled = new ArrayList<>();
  private final SeqRanges settledParked = new SeqRanges();
  private final Set<KeyQueue> parked = new LinkedHashSet<>();
  private final Set<EventKey> freed = new LinkedHashSet<>();
  private final Map<Long, Flush.Dead> dead = new LinkedHashMap<>();
  private final Set<Long> revived = new TreeSet<>();

  boolean isEmpty() {
    return settled.isEmpty()
        && settledParked.isEmpty()
        && parked.isEmpty()
        && freed.isEmpty()
        && dead.isEmpty()
        && revived.isEmpty();
  }

  void settled(long seq, KeyQueue queue) {
    if (queue.parked) {
      settledParked.add(seq);
    } else {
      settled.add(seq);
    }
  }

  void parked(KeyQueue queue) {
    freed.remove(queue.key);
    parked.add(queue);
  }

  void freed(KeyQueue queue) {
    parked.remove(queue);
    freed.add(queue.key);
  }

  void dead(long seq, int attempts, @Nullable String error) {
    revived.remove(seq);
    dead.put(seq, new Flush.Dead(seq, attempts, error));
  }

  void revived(long seq) {
    dead.remove(seq);
    revived.add(seq);
  }

  /** Everything so far, which is then forgotten here. */
  Flush take(Window window, Function<KeyQueue, Flush.Parked> row) {
    var flush = flush(false, window, newlySettled(window), parked.stream().map(row).toList());
    clear();
    return flush;
  }

  /**
   * Everything there is, new or not.
   *
   * @param all every parked key
   * @param recovered settled events of which the window may not know
   */
  Flush takeSnapshot(Window window, List<Flush.Parked> all, SeqRanges recovered) {
    var ranges = new SeqRanges();
    ranges.addAll(recovered);
    window.addSettledTo(ranges);
    var flush = flush(true, window, ranges, all);
    clear();
    return flush;
  }

  private SeqRanges newlySettled(Window window) {
    var ranges = new SeqRanges();
    ranges.addAll(settledParked);
    for (long seq : settled) {
      if (seq > window.cursor()) {
        ranges.add(seq);
      }
    }
    return ranges;
  }

  private Flush flush(
      boolean snapshot, Window window, SeqRanges ranges, List<Flush.Parked> parkedRows) {
    return new Flush(
        snapshot,
        window.cursor(),
        ranges,
        window.start(),
        window.count(),
        window.squares(),
        parkedRows,
        List.copyOf(freed),
        List.copyOf(dead.values()),
        List.copyOf(revived));
  }

  private void clear() {
    settled.clear();
    settledParked.clear();
    parked.clear();
    freed.clear();
    dead.clear();
    revived.clear();
  }
}
