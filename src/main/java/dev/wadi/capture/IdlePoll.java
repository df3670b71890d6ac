package dev.wadi.capture;

import io.debezium.connector.base.ChangeEventQueue;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for changes in the place of Debezium's queue.
 *
 * <p>The queue counts its wait in whole milliseconds and goes in a circle through the last one: at
 * a poll interval of 5 ms a sixth of a core for nothing. There is no setting for it. Where it
 * cannot be changed, waiting costs that much and is otherwise the same.
 */
final class IdlePoll {

  /** With an interval that is over before it began a poll takes what there is. */
  private static final Duration NO_WAIT = Duration.ofMillis(-1);

  private static final @Nullable Field QUEUE =
      field(PostgresConnectorTask.class, "queue", ChangeEventQueue.class);
  private static final @Nullable Field POLL_INTERVAL =
      field(ChangeEventQueue.class, "pollInterval", Duration.class);

  private final long intervalMs;
  private final int fullBatch;
  private @Nullable ChangeEventQueue<?> queue;

  /**
   * @param intervalMs how long to wait for more changes
   * @param fullBatch so many changes need no waiting for more
   */
  IdlePoll(long intervalMs, int fullBatch) {
    this.intervalMs = intervalMs;
    this.fullBatch = fullBatch;
  }

  /** Whether this version of Debezium lets us wait in its place. */
  static boolean isPossible() {
    return QUEUE != null && POLL_INTERVAL != null;
  }

  /** Takes over the waiting of a task that has just started. */
  void takeOver(PostgresConnectorTask task) {
    if (QUEUE == null || POLL_INTERVAL == null) {
      return;
    }
    try {
      var found = (ChangeEventQueue<?>) QUEUE.get(task);
      POLL_INTERVAL.set(found, NO_WAIT);
      queue = found;
    } catch (IllegalAccessException e) {
      // A newer Java may refuse to set a final field; then the queue waits as it always did.
      queue = null;
    }
  }

  /** Returns after the interval, or at once if a whole batch is there. */
  void await() throws InterruptedException {
    var waitedFor = queue;
    if (waitedFor == null) {
      return;
    }
    int queued = waitedFor.totalCapacity() - waitedFor.remainingCapacity();
    if (queued < fullBatch) {
      TimeUnit.MILLISECONDS.sleep(intervalMs);
    }
  }

  private static @Nullable Field field(Class<?> owner, String name, Class<?> type) {
    try {
      var field = owner.getDeclaredField(name);
      return field.getType() == type && field.trySetAccessible() ? field : null;
    } catch (NoSuchFieldException e) {
      return null;
    }
  }
}
