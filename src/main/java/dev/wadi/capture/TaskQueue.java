package dev.wadi.capture;

import io.debezium.connector.base.ChangeEventQueue;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import java.lang.reflect.Field;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the queue of Debezium's task from waiting, for whoever polls it waits elsewhere.
 *
 * <p>It counts its wait in whole milliseconds and goes in a circle through the last one. There is
 * no setting for it. Where it cannot be changed, a poll takes some milliseconds and is otherwise
 * the same.
 */
final class TaskQueue {

  /** With an interval that is over before it began a poll takes what there is. */
  private static final Duration NO_WAIT = Duration.ofMillis(-1);

  private static final @Nullable Field QUEUE =
      field(PostgresConnectorTask.class, "queue", ChangeEventQueue.class);
  private static final @Nullable Field POLL_INTERVAL =
      field(ChangeEventQueue.class, "pollInterval", Duration.class);

  private TaskQueue() {}

  /** Whether this version of Debezium lets its queue be kept from waiting. */
  static boolean canBeKeptFromWaiting() {
    return QUEUE != null && POLL_INTERVAL != null;
  }

  /** Lets polls of a task that has started return at once. */
  static void keepFromWaiting(PostgresConnectorTask task) {
    if (QUEUE == null || POLL_INTERVAL == null) {
      return;
    }
    try {
      POLL_INTERVAL.set(QUEUE.get(task), NO_WAIT);
    } catch (IllegalAccessException e) {
      // A newer Java may refuse to set a final field; then the queue waits as it always did.
      return;
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
