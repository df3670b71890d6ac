package dev.wadi.consumer;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Receives that wait for a message, those that came first first. */
final class Waiters {

  /** One waiting receive. */
  static final class Waiter {
    final int batchSize;
    final long deadline;
    final Executor answering;
    final CompletableFuture<List<Message>> future = new CompletableFuture<>();
    private final long number;

    private Waiter(int batchSize, long deadline, Executor answering, long number) {
      this.batchSize = batchSize;
      this.deadline = deadline;
      this.answering = answering;
      this.number = number;
    }
  }

  private final TreeSet<Waiter> byNumber =
      new TreeSet<>(Comparator.<Waiter>comparingLong(waiter -> waiter.number));
  private final TreeSet<Waiter> byDeadline =
      new TreeSet<>(
          Comparator.<Waiter>comparingLong(waiter -> waiter.deadline)
              .thenComparingLong(waiter -> waiter.number));
  private long count;

  int size() {
    return byNumber.size();
  }

  /**
   * @param deadline when it stops waiting, ms since 1970
   * @param answering completes its future
   */
  Waiter add(int batchSize, long deadline, Executor answering) {
    var waiter = new Waiter(batchSize, deadline, answering, ++count);
    byNumber.add(waiter);
    byDeadline.add(waiter);
    return waiter;
  }

  void remove(Waiter waiter) {
    byNumber.remove(waiter);
    byDeadline.remove(waiter);
  }

  /** Takes the one that came first; null if none waits. */
  @Nullable Waiter poll() {
    var first = byNumber.pollFirst();
    if (first != null) {
      byDeadline.remove(first);
    }
    return first;
  }

  /** Takes one that has waited long enough; null if there is none. */
  @Nullable Waiter pollExpired(long now) {
    if (byDeadline.isEmpty() || byDeadline.first().deadline > now) {
      return null;
    }
    var expired = byDeadline.first();
    remove(expired);
    return expired;
  }

  /** When the next one has waited long enough. */
  long nextDeadline() {
    return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.first().deadline;
  }
}
