package dev.wadi.consumer;

import dev.wadi.consumer.Waiters.Waiter;
import java.time.Clock;
import java.util.ArrayList;
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
import org.jspecify.annotations.Nullable;

/**
 * One group as its owner serves it: answers receives and acks from memory, under one lock that is
 * never held over a statement except while seeking. {@link GroupWorker} does what takes a database.
 */
final class GroupEngine {

  /** Acks that are answered once they are written down. */
  private record Answer(
      CompletableFuture<Map<String, Outcome>> future, Map<String, Outcome> outcomes) {
    void give() {
      future.complete(outcomes);
    }
  }

  /** A group that nobody has asked for so long need not keep much ready. */
  private static final long ASKED_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Clock clock;
  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Waiters waiters = new Waiters();
  private List<Answer> answers = new ArrayList<>();
  private List<Answer> answersBeingWritten = List.of();
  private volatile ConsumerGroup group;
  private @Nullable Dispatcher dispatcher;
  private @Nullable AckIds ackIds;
  private long epoch;
  private long highWater;
  private final LongAdder delivered = new LongAdder();
  private final LongAdder acked = new LongAdder();
  private boolean signalled;
  private boolean resting;
  private boolean closed;
  private @Nullable String error;

  /** When a receiver asked last, as {@link System#nanoTime}. */
  private volatile long askedNanos = System.nanoTime() - ASKED_NANOS;

  /** Until when, as {@link System#nanoTime}, no other process can have become the owner. */
  private volatile long leaseEnd = System.nanoTime();

  /**
   * @param executor completes futures, so that nobody keeps the engine waiting
   */
  GroupEngine(ConsumerGroup group, Clock clock, Executor executor) {
    this.group = group;
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

  CompletableFuture<List<Message>> receive(int batchSize, long waitMs) {
    noteAsked();
    lock.lock();
    try {
      var ready = requireServing();
      if (isIdle()) {
        return waitMs == 0
            ? CompletableFuture.completedFuture(List.of())
            : await(batchSize, waitMs);
      }
      var messages = take(ready, batchSize);
      if (!messages.isEmpty() || waitMs == 0) {
        return CompletableFuture.completedFuture(messages);
      }
      return await(batchSize, waitMs);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      lock.unlock();
    }
  }

  CompletableFuture<Map<String, Outcome>> ack(List<String> ids) {
    return each(
        ids,
        (dispatcher, id, index) -> {
          dispatcher.settle(id.seq(), now());
          acked.increment();
        },
        true);
  }

  CompletableFuture<Map<String, Outcome>> nack(List<Nack> nacks) {
    var ids = nacks.stream().map(Nack::ackId).toList();
    return each(
        ids,
        (dispatcher, id, index) -> {
          var nack = nacks.get(index);
          var maxDeliver = group.definition().maxDeliver();
          dispatcher.fail(id.seq(), nack.delayMs(), maxDeliver, nack.reason(), now());
        },
        true);
  }

  CompletableFuture<Map<String, Outcome>> giveBack(List<String> ids) {
    return each(ids, (dispatcher, id, index) -> dispatcher.giveBack(id.seq(), now()), false);
  }

  CompletableFuture<Map<String, Outcome>> extend(List<String> ids, long ms) {
    return each(ids, (dispatcher, id, index) -> dispatcher.extend(id.seq(), now() + ms), false);
  }

  GroupStatus status() {
    lock.lock();
    try {
      var state = error != null ? "error" : group.paused() ? "paused" : "running";
      return GroupStatus.of(requireServing(), state, error, epoch, highWater, waiters.size());
    } finally {
      lock.unlock();
    }
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
    lock.lock();
    try {
      long now = now();
      return requireServing().blocked(most).stream().map(row -> BlockedKey.of(row, now)).toList();
    } finally {
      lock.unlock();
    }
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
  void begin(Dispatcher fresh, AckIds ids, long newEpoch) {
    locked(
        () -> {
          dispatcher = fresh;
          ackIds = ids;
          epoch = newEpoch;
        });
  }

  /** Notes that the session was heard of, which proves the ownership for a while. */
  void renewLease(long end) {
    leaseEnd = end;
  }

  void note(long newHighWater, @Nullable String newError) {
    locked(
        () -> {
          highWater = newHighWater;
          error = newError;
        });
  }

  /** Hands out nothing for a while; whoever waits gets an empty answer. */
  void rest(boolean begins) {
    lock.lock();
    try {
      resting = begins;
      var waiter = begins ? waiters.poll() : null;
      while (waiter != null) {
        hand(waiter, List.of());
        waiter = waiters.poll();
      }
      serve();
    } finally {
      lock.unlock();
    }
  }

  int inFlight() {
    lock.lock();
    try {
      return dispatcher == null ? 0 : dispatcher.inFlight();
    } finally {
      lock.unlock();
    }
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
      var current = dispatcher;
      if (current != null) {
        current.tick(group.definition().maxDeliver(), now);
      }
      serve();
      var expired = waiters.pollExpired(now);
      while (expired != null) {
        hand(expired, List.of());
        expired = waiters.pollExpired(now);
      }
      long next = current == null ? Long.MAX_VALUE : current.nextTick();
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
    lock.lock();
    try {
      answersBeingWritten = answers;
      answers = new ArrayList<>();
      var current = requireDispatcher();
      return snapshot ? current.takeSnapshot() : current.takeFlush();
    } finally {
      lock.unlock();
    }
  }

  void flushed() {
    var written = answersBeingWritten;
    answersBeingWritten = List.of();
    if (!written.isEmpty()) {
      executor.execute(() -> written.forEach(Answer::give));
    }
  }

  boolean hasUnanswered() {
    lock.lock();
    try {
      return !answers.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Serves nobody any more; whoever waits is told. */
  void close() {
    lock.lock();
    try {
      closed = true;
      dispatcher = null;
      var told = new ArrayList<CompletableFuture<?>>();
      answers.forEach(answer -> told.add(answer.future()));
      answersBeingWritten.forEach(answer -> told.add(answer.future()));
      answers = new ArrayList<>();
      answersBeingWritten = List.of();
      for (var waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
        told.add(waiter.future);
      }
      var reason = new NotOwnerException(group.name(), null);
      executor.execute(() -> told.forEach(future -> future.completeExceptionally(reason)));
    } finally {
      lock.unlock();
    }
  }

  private interface Change {
    void apply(Dispatcher dispatcher, AckIds.Id id, int index);
  }

  private CompletableFuture<Map<String, Outcome>> each(
      List<String> texts, Change change, boolean durable) {
    lock.lock();
    try {
      var current = requireServing();
      var outcomes = new LinkedHashMap<String, Outcome>();
      for (int index = 0; index < texts.size(); index++) {
        var text = texts.get(index);
        if (!outcomes.containsKey(text)) {
          outcomes.put(text, apply(current, text, change, index));
        }
      }
      serve();
      boolean changed = outcomes.containsValue(Outcome.DONE);
      if (!changed || !durable) {
        return CompletableFuture.completedFuture(outcomes);
      }
      var answer = new Answer(new CompletableFuture<>(), outcomes);
      answers.add(answer);
      signal();
      return answer.future();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      lock.unlock();
    }
  }

  private Outcome apply(Dispatcher current, String text, Change change, int index) {
    var ids = ackIds;
    var id = ids == null ? null : ids.read(text);
    if (id == null) {
      return Outcome.UNKNOWN;
    }
    boolean out = id.epoch() == epoch && current.isOut(id.seq(), id.attempt());
    if (!out) {
      return Outcome.STALE;
    }
    change.apply(current, id, index);
    return Outcome.DONE;
  }

  private CompletableFuture<List<Message>> await(int batchSize, long waitMs) {
    int maxWaiting = group.definition().maxWaiting();
    if (waiters.size() >= maxWaiting) {
      return CompletableFuture.failedFuture(new TooManyWaitingException(group.name(), maxWaiting));
    }
    var waiter = waiters.add(batchSize, now() + waitMs);
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

  private void serve() {
    var current = dispatcher;
    boolean idle = current == null || isIdle() || !isLeaseValid();
    while (!idle && current.hasReady(maxAckPending())) {
      var waiter = waiters.poll();
      if (waiter == null) {
        return;
      }
      hand(waiter, take(current, waiter.batchSize));
    }
  }

  /** Gives messages to a receive; if it hung up meanwhile, they are as if never handed out. */
  private void hand(Waiter waiter, List<Message> messages) {
    var from = dispatcher;
    executor.execute(
        () -> {
          if (!waiter.future.complete(messages)) {
            giveBack(from, messages);
          }
        });
  }

  private void giveBack(@Nullable Dispatcher from, List<Message> messages) {
    locked(
        () -> {
          var current = dispatcher;
          if (current == null || current != from) {
            return;
          }
          for (var message : messages) {
            if (current.isOut(message.event().seq(), message.deliverCount())) {
              current.giveBack(message.event().seq(), now());
            }
          }
        });
  }

  private List<Message> take(Dispatcher current, int batchSize) {
    long deadline = now() + group.definition().ackWaitMs();
    var taken = current.receive(batchSize, maxAckPending(), deadline);
    var messages = new ArrayList<Message>(taken.size());
    for (var delivery : taken) {
      var id = new AckIds.Id(epoch, delivery.seq(), delivery.attempt);
      messages.add(new Message(ackIds.write(id), delivery.event, delivery.attempt));
    }
    if (!taken.isEmpty()) {
      delivered.add(taken.size());
      signal();
    }
    return messages;
  }

  private int maxAckPending() {
    return group.definition().maxAckPending();
  }

  private Dispatcher requireServing() {
    if (!isLeaseValid()) {
      throw new NotOwnerException(group.name(), null);
    }
    return requireDispatcher();
  }

  private Dispatcher requireDispatcher() {
    var current = dispatcher;
    if (closed || current == null) {
      throw new NotOwnerException(group.name(), null);
    }
    return current;
  }

  private boolean isIdle() {
    return resting || group.paused();
  }

  private boolean isLeaseValid() {
    return leaseEnd - System.nanoTime() > 0;
  }

  /** How long the lease lasts after a statement was sent. */
  static long leaseNanos() {
    return TimeUnit.MILLISECONDS.toNanos(SessionLimits.IDLE_TIMEOUT_MS - 500L);
  }
}
