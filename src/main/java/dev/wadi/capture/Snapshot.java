package dev.wadi.capture;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions a query saw, as {@code pg_current_snapshot()} tells.
 *
 * @param first every transaction before this one is seen or was undone
 * @param next no transaction from this one on is seen
 * @param running those between that are not seen
 */
record Snapshot(long first, long next, Set<Long> running) {

  static Snapshot parse(String text) {
    var parts = text.split(":", -1);
    var running =
        Arrays.stream(parts[2].split(","))
            .filter(id -> !id.isEmpty())
            .map(Long::valueOf)
            .collect(Collectors.toSet());
    return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
  }

  /**
   * Whether the effects of a committed transaction are in the query's rows.
   *
   * @param transaction its id as the stream gives it: the lower 32 bits, never 2^31 from now
   */
  boolean sees(long transaction) {
    long id = next + (int) (transaction - next);
    return id < first || id < next && !running.contains(id);
  }
}
