package dev.wadi.consumer;

import java.util.Map;
import java.util.TreeMap;

/** A set of seqs, held as ranges; written and read as Postgres writes an int8multirange. */
final class SeqRanges {

  /** First seq to the seq after the last, no two of them touching. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  void add(long seq) {
    addRange(seq, seq + 1);
  }

  boolean contains(long seq) {
    var range = ranges.floorEntry(seq);
    return range != null && seq < range.getValue();
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Highest seq; must not be empty. */
  long last() {
    return ranges.lastEntry().getValue() - 1;
  }

  int countRanges() {
    return ranges.size();
  }

  /** Every range as first seq and the seq after the last. */
  Iterable<Map.Entry<Long, Long>> all() {
    return ranges.entrySet();
  }

  void addAll(SeqRanges others) {
    others.ranges.forEach(this::addRange);
  }

  /** Adds what Postgres wrote, such as <code>{[1,4),[6,7)}</code>. */
  void addAll(String multirange) {
    int at = 1;
    while (at < multirange.length() - 1) {
      int comma = multirange.indexOf(',', at);
      int end = multirange.indexOf(')', comma);
      long first = Long.parseLong(multirange, at + 1, comma, 10);
      addRange(first, Long.parseLong(multirange, comma + 1, end, 10));
      at = end + 2;
    }
  }

  void clear() {
    ranges.clear();
  }

  /** Forgets ranges that end below a seq. */
  void dropBelow(long seq) {
    ranges.headMap(seq).values().removeIf(end -> end <= seq);
  }

  @Override
  public String toString() {
    var text = new StringBuilder("{");
    ranges.forEach(
        (first, end) -> {
          text.append(text.length() > 1 ? "," : "");
          text.append('[').append(first).append(',').append(end).append(')');
        });
    return text.append('}').toString();
  }

  private void addRange(long first, long end) {
    var before = ranges.floorEntry(first);
    if (before != null && before.getValue() >= first) {
      first = before.getKey();
      end = Math.max(end, before.getValue());
    }
    var after = ranges.ceilingEntry(first);
    while (after != null && after.getKey() <= end) {
      end = Math.max(end, after.getValue());
      ranges.remove(after.getKey());
      after = ranges.ceilingEntry(first);
    }
    ranges.put(first, end);
  }
}
