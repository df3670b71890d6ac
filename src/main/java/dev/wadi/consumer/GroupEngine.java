package dev.wadi.consumer;

import dev.wadi.consumer.Waiters.Waiter;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One group as its owner serves it: answers receives and acks from memory, under one lock that is
 * never held over a statement except while seeking. {@link GroupWorker} does what takes a database.
 */
final class GroupEngine {

  /** A group that nobody has asked for so long need not keep much ready. */
  private static final long ASKED_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Clock clock;
  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Waiters waiters = new Waiters();
  private final UnwrittenAcks unwritten = new UnwrittenAcks();
  private final OwnerLease lease;
  private volatile ConsumerGroup group;
  private @Nullable Epoch epoch;
  private long highWater;
  private Expired expired = Expired.NONE;
  private final LongAdder delivered = new LongAdder();
  private final LongAdder acked = new LongAdder();
  private boolean signalled;
  private boolean resting;
  private boolean closed;
  private @Nullable String error;

  /** When a receiver asked last, as {@link System#nanoTime}. */
  private volatile long askedNanos = System.nanoTime() - ASKED_NANOS;

  /**
   * @param lease of the session that holds the group's lock
   * @param executor completes futures, so that nobody keeps the engine waiting
   */
  GroupEngine(ConsumerGroup group, OwnerLease lease, Clock clock, Executor executor) {
    this.group = group;
    this.lease = lease;
    this.clock = clock;
    this.executor = executor;
  }

  ConsumerGroup group() {
    return group;
  }

  void configure(ConsumerGroup changed) {
    group = changed;
    locked(this::serve);
    signal();
  }

  /**
   * @param answering completes the future if it waits
   */
  CompletableFuture<List<Message>> receive(int batchSize, long waitMs, Executor answering) {
    noteAsked();
    lock.lock();
    try {
      var ready = requireServing();
      var messages = isIdle() ? List.<Message>of() : take(ready, batchSize);
      return messages.isEmpty() && waitMs > 0
          ? await(batchSize, waitMs, answering)
          : CompletableFuture.completedFuture(messages);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      lock.unlock();
    }
  }

  CompletableFuture<Map<String, Outcome>> ack(List<String> ids) {
    return each(
        ids,
        (dispatcher, seq, index) -> {
          dispatcher.settle(seq, now());
          acked.increment();
        },
        true);
  }

  CompletableFuture<Map<String, Outcome>> nack(List<Nack> nacks) {
    var ids = nacks.stream().map(Nack::ackId).toList();
    return each(
        ids,
        (dispatcher, seq, index) -> {
          var nack = nacks.get(index);
          var maxDeliver = group.definition().maxDeliver();
          dispatcher.fail(seq, nack.delayMs(), maxDeliver, nack.reason(), now());
        },
        true);
  }

  CompletableFuture<Map<String, Outcome>> giveBack(List<String> ids) {
    return each(ids, (dispatcher, seq, index) -> dispatcher.giveBack(seq, now()), false);
  }

  CompletableFuture<Map<String, Outcome>> extend(List<String> ids, long ms) {
    return each(ids, (dispatcher, seq, index) -> dispatcher.extend(seq, now() + ms), false);
  }

  GroupStatus status() {
    var state = group.paused() ? "paused" : "running";
    return ask(
        () ->
            GroupStatus.of(
                requireServing(),
                error != null ? "error" : state,
                error,
                highWater,
                waiters.size(),
                expired));
  }

  /** Messages handed out since this process serves the group, each attempt counted. */
  long delivered() {
    return delivered.sum();
  }

  /** Messages acked since this process serves the group. */
  long acked() {
    return acked.sum();
  }

  List<BlockedKey> blocked(int most) {
    long now = now();
    var rows = ask(() -> requireServing().dispatcher().blocked(most));
    return rows.stream().map(row -> BlockedKey.of(row, now)).toList();
  }

  /** Whether a receiver has asked lately, so that more events are worth their memory. */
  boolean isAsked() {
    return System.nanoTime() - askedNanos < ASKED_NANOS;
  }

  private void noteAsked() {
    boolean begins = !isAsked();
    askedNanos = System.nanoTime();
    if (begins) {
      signal();
    }
  }

  /** Tells the worker that there may be something to do. */
  void signal() {
    lock.lock();
    try {
      signalled = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  // What follows is for the worker.

  long now() {
    return clock.millis();
  }

  /** Serves from here on, or anew after a seek. */
  void begin(Epoch fresh) {
    locked(() -> epoch = fresh);
  }

  OwnerLease lease() {
    return lease;
  }

  void note(long newHighWater, @Nullable String newError) {
    locked(
        () -> {
          highWater = newHighWater;
          error = newError;
        });
  }

  void noteExpired(long first, long last) {
    locked(() -> expired = expired.and(first, last));
  }

  /** Whether a receive waits. */
  boolean isAwaited() {
    return ask(() -> waiters.size() > 0);
  }

  /** Hands out nothing for a while; whoever waits gets an empty answer. */
  void rest(boolean begins) {
    locked(
        () -> {
          resting = begins;
          var waiter = begins ? waiters.poll() : null;
          while (waiter != null) {
            hand(waiter, List.of());
            waiter = waiters.poll();
          }
        });
  }

  int inFlight() {
    return ask(() -> epoch == null ? 0 : epoch.dispatcher().inFlight());
  }

  /** Runs something with the engine locked, then serves whoever waits. */
  void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      serve();
    } finally {
      lock.unlock();
    }
  }

  /** Does what time has brought; says how long nothing more will happen, in ms. */
  void tick(LongConsumer nextInMs) {
    lock.lock();
    try {
      long now = now();
      var current = epoch;
      if (current != null) {
        current.dispatcher().tick(group.definition().maxDeliver(), now);
      }
      serve();
      var expired = waiters.pollExpired(now);
      while (expired != null) {
        hand(expired, List.of());
        expired = waiters.pollExpired(now);
      }
      long next = current == null ? Long.MAX_VALUE : current.dispatcher().nextTick();
      nextInMs.accept(Math.min(next, waiters.nextDeadline()) - now);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there may be something to do. */
  void await(long nanos) throws InterruptedException {
    lock.lock();
    try {
      if (!signalled && nanos > 0) {
        work.awaitNanos(nanos);
      }
      signalled = false;
    } finally {
      lock.unlock();
    }
  }

  /** What is to be written; the acks so far are answered by {@link #flushed}. */
  Flush beginFlush(boolean snapshot) {
    return ask(
        () -> {
          unwritten.beginWriting();
          var current = requireEpoch().dispatcher();
          return snapshot ? current.takeSnapshot() : current.takeFlush();
        });
  }

  void flushed() {
    var answers = ask(unwritten::written);
    if (answers != null) {
      executor.execute(answers);
    }
  }

  boolean hasUnanswered() {
    return ask(() -> !unwritten.isEmpty());
  }

  /** Serves nobody any more; whoever waits is told. */
  void close() {
    lock.lock();
    try {
      closed = true;
      epoch = null;
      var told = unwritten.takeAll();
      for (var waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
        told.add(waiter.future);
      }
      var reason = new NotOwnerException(group.name(), null);
      executor.execute(() -> told.forEach(future -> future.completeExceptionally(reason)));
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<Map<String, Outcome>> each(
      List<String> texts, Epoch.Change change, boolean durable) {
    lock.lock();
    try {
      var current = requireServing();
      var outcomes = new LinkedHashMap<String, Outcome>();
      for (int index = 0; index < texts.size(); index++) {
        var text = texts.get(index);
        if (!outcomes.containsKey(text)) {
          outcomes.put(text, current.apply(text, change, index));
        }
      }
      serve();
      boolean changed = outcomes.containsValue(Outcome.DONE);
      if (!changed || !durable) {
        return CompletableFuture.completedFuture(outcomes);
      }
      signal();
      return unwritten.add(outcomes);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<List<Message>> await(int batchSize, long waitMs, Executor answering) {
    int maxWaiting = group.definition().maxWaiting();
    if (waiters.size() >= maxWaiting) {
      return CompletableFuture.failedFuture(new TooManyWaitingException(group.name(), maxWaiting));
    }
    var waiter = waiters.add(batchSize, now() + waitMs, answering);
    waiter.future.whenComplete((messages, failure) -> forget(waiter));
    signal();
    return waiter.future;
  }

  private void forget(Waiter waiter) {
    lock.lock();
    try {
      waiters.remove(waiter);
    } finally {
      lock.unlock();
    }
  }

  private <T> T ask(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  private void serve() {
    var current = epoch;
    boolean idle = current == null || isIdle() || !lease.isValid();
    while (!idle && current.dispatcher().hasReady(maxAckPending())) {
      var waiter = waiters.poll();
      if (waiter == null) {
        return;
      }
      hand(waiter, take(current, waiter.batchSize));
    }
  }

  /** Gives messages to a receive; if it hung up meanwhile, they are as if never handed out. */
  private void hand(Waiter waiter, List<Message> messages) {
    var from = epoch;
    waiter.answering.execute(
        () -> {
          if (!waiter.future.complete(messages) && from != null) {
            giveBack(from, messages);
          }
        });
  }

  private void giveBack(Epoch from, List<Message> messages) {
    locked(
        () -> {
          if (epoch == from) {
            from.giveBack(messages, now());
          }
        });
  }

  private List<Message> take(Epoch current, int batchSize) {
    long deadline = now() + group.definition().ackWaitMs();
    var messages = current.take(batchSize, maxAckPending(), deadline);
    if (!messages.isEmpty()) {
      delivered.add(messages.size());
      signal();
    }
    return messages;
  }

  private int maxAckPending() {
    return group.definition().maxAckPending();
  }

  private Epoch requireServing() {
    if (!lease.isValid()) {
      throw new NotOwnerException(group.name(), null);
    }
    return requireEpoch();
  }

  private Epoch requireEpoch() {
    var current = epoch;
    if (closed || current == null) {
      throw new NotOwnerException(group.name(), null);
    }
    return current;
  }

  private boolean isIdle() {
    return resting || group.paused();
  }
}
