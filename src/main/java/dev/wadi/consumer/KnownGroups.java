package dev.wadi.consumer;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The consumer groups as they were a moment ago, and as they are for whom that is not enough. */
final class KnownGroups {

  private final ConsumerGroups groups;
  private final ExecutorService looking = Executors.newSingleThreadExecutor(KnownGroups::thread);

  /** Null until they were listed for the first time. */
  private volatile @Nullable Map<String, ConsumerGroup> last;

  /** A look that has not begun yet; whoever asks until then shares it. */
  private @Nullable CompletableFuture<Map<String, ConsumerGroup>> next;

  KnownGroups(ConsumerGroups groups) {
    this.groups = groups;
  }

  /** By name; null until they were read for the first time. */
  @Nullable Map<String, ConsumerGroup> last() {
    return last;
  }

  /** Reads them. */
  Map<String, ConsumerGroup> read() throws SQLException {
    var listed = new HashMap<String, ConsumerGroup>();
    groups.list().forEach(group -> listed.put(group.name(), group));
    var read = Map.copyOf(listed);
    last = read;
    return read;
  }

  /**
   * Whether there is a group of that name now, though it was not there a moment ago. However many
   * ask, one statement at a time is under way.
   */
  CompletableFuture<Boolean> isThere(String name) {
    return look().thenApply(found -> found.containsKey(name));
  }

  void close() {
    looking.shutdown();
  }

  private synchronized CompletableFuture<Map<String, ConsumerGroup>> look() {
    var waiting = next;
    if (waiting == null) {
      waiting = new CompletableFuture<>();
      next = waiting;
      looking.execute(this::lookNow);
    }
    return waiting;
  }

  private void lookNow() {
    CompletableFuture<Map<String, ConsumerGroup>> asked;
    synchronized (this) {
      asked = next;
      next = null;
    }
    if (asked == null) {
      return;
    }
    try {
      asked.complete(read());
    } catch (SQLException | RuntimeException e) {
      asked.completeExceptionally(e);
    }
  }

  private static Thread thread(Runnable task) {
    var thread = new Thread(task, "wadi-look-ups");
    thread.setDaemon(true);
    return thread;
  }
}
