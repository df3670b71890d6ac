package dev.wadi.consumer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How many groups one of several processes should serve, as that process sees it. Each decides for
 * itself; what it sees may be a quarter of a second old, and the advisory locks keep two from the
 * same group, so being wrong costs a hand-over and no more.
 *
 * @param groups how many there are
 * @param processes how many processes serve groups, this one included
 * @param own how many this one serves
 * @param least how many the one serves that serves fewest of the others
 */
record Share(int groups, int processes, int own, int least) {

  /**
   * @param listed all groups
   * @param own names of those that this process serves
   */
  static Share of(Collection<ConsumerGroup> listed, Set<String> own, int processes) {
    var others = new HashMap<String, Integer>();
    for (var group : listed) {
      boolean ofOther = group.owned() && !own.contains(group.name());
      if (ofOther) {
        others.merge(String.valueOf(group.ownerProcess()), 1, Integer::sum);
      }
    }
    return new Share(listed.size(), processes, own.size(), least(others, processes - 1));
  }

  /** How many free groups to take: up to a fair share, and none before those that have fewer. */
  int mayTake() {
    return own <= least ? Math.max(0, fair() - own) : 0;
  }

  /** How many groups to give away: those beyond a fair share, or one to a process with two less. */
  int surplus() {
    boolean uneven = own - least >= 2;
    return Math.max(own - fair(), uneven ? 1 : 0);
  }

  private int fair() {
    return (groups + processes - 1) / processes;
  }

  private static int least(Map<String, Integer> others, int count) {
    boolean someHasNone = others.size() < count;
    return someHasNone
        ? 0
        : others.values().stream().mapToInt(Integer::intValue).min().orElse(Integer.MAX_VALUE);
  }
}
