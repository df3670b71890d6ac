package dev.wadi.consumer;

import dev.wadi.stream.ValidationException;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What others want done by the thread that has the group's session. */
final class WorkerTasks {

  /** Completes its future, unless it throws; what it refuses must have changed nothing. */
  interface Task {
    void run() throws SQLException;
  }

  private record Queued(Task task, CompletableFuture<?> future) {}

  private final Queue<Queued> queue = new ConcurrentLinkedQueue<>();

  void add(Task task, CompletableFuture<?> future) {
    queue.add(new Queued(task, future));
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  void run() throws SQLException {
    for (var queued = queue.poll(); queued != null; queued = queue.poll()) {
      try {
        queued.task().run();
      } catch (ValidationException e) {
        queued.future().completeExceptionally(e);
      } catch (SQLException | RuntimeException e) {
        queued.future().completeExceptionally(e);
        throw e;
      }
    }
  }

  /** Does none of them. */
  void refuse(RuntimeException reason) {
    for (var queued = queue.poll(); queued != null; queued = queue.poll()) {
      queued.future().completeExceptionally(reason);
    }
  }
}
