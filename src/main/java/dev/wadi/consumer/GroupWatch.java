package dev.wadi.consumer;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds how the groups that this process serves are doing, for health and
 * metrics; by that it also knows whether the event log answers.
 */
public final class GroupWatch {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.consumer");

  private final Consumers consumers;
  private final ConsumerGroups groups;
  private volatile Map<String, GroupFigures> last = Map.of();
  private volatile String problem = "the event log was not asked yet";
  private volatile long answeredNanos = System.nanoTime();

  public GroupWatch(Consumers consumers, ConsumerGroups groups) {
    this.consumers = consumers;
    this.groups = groups;
  }

  /** By name; the last that was seen while the event log does not answer. */
  public Map<String, GroupFigures> last() {
    return last;
  }

  /** Why the event log could not be asked; empty if it answered. */
  public String problem() {
    return problem;
  }

  /** How long ago the event log answered, or this process started. */
  public double silentSeconds() {
    return (System.nanoTime() - answeredNanos) / 1e9;
  }

  /** Looks now. */
  public void look() {
    try {
      var dead = groups.countDead();
      var seen = new LinkedHashMap<String, GroupFigures>();
      for (var figures : consumers.figures()) {
        seen.put(figures.group(), figures.withDead(dead.getOrDefault(figures.id(), 0L)));
      }
      last = seen;
      problem = "";
      answeredNanos = System.nanoTime();
    } catch (SQLException e) {
      // Capture and groups themselves say that the event log is away.
      problem = String.valueOf(e.getMessage());
      LOG.debug("consumer groups: cannot be looked at", e);
    }
  }
}
