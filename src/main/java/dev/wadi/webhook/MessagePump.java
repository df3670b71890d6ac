package dev.wadi.webhook;

import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.GroupStatus;
import dev.wadi.consumer.Message;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages of one consumer group as fast as they can be sent, sends them at so many at a
 * time, and acks or nacks them as it turned out. The group gives out one message per key at a time,
 * which is all the ordering there is.
 */
final class MessagePump {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.webhook");
  private static final long RETRY_MS = 250;
  private static final long IDLE_THREAD_SECONDS = 10;

  /** Sends messages and says what became of them; may block. */
  interface Sender {
    Verdict send(List<Message> messages);
  }

  private final String group;
  private final GroupMessages handed;
  private final ScheduledExecutorService timer;
  private final Sender sender;
  private final ThreadPoolExecutor threads;
  private final Breaker breaker = new Breaker();
  private volatile PumpSettings settings;
  private @Nullable CompletableFuture<List<Message>> receiving;
  private int inFlight;
  private long pausedUntil = System.nanoTime();
  private String lastFailure = "";
  private @Nullable ScheduledFuture<?> wakeUp;
  private long wakesUpAt;
  private boolean stopped;
  private boolean gone;
  private volatile boolean aborted;

  /** One request; a class so that those that were not begun can be found again. */
  private final class Delivery implements Runnable {
    private final List<Message> messages;
    private final boolean probe;

    Delivery(List<Message> messages, boolean probe) {
      this.messages = messages;
      this.probe = probe;
    }

    @Override
    public void run() {
      deliver(messages, probe);
    }
  }

  /**
   * @param timer wakes pumps up
   */
  MessagePump(
      String group,
      Consumers consumers,
      ScheduledExecutorService timer,
      PumpSettings settings,
      Sender sender) {
    this.group = group;
    this.handed = new GroupMessages(group, consumers);
    this.timer = timer;
    this.settings = settings;
    this.sender = sender;
    this.threads = threads(group, settings.maxConcurrency());
  }

  void start() {
    pump();
  }

  synchronized void configure(PumpSettings changed) {
    boolean grows = changed.maxConcurrency() > threads.getMaximumPoolSize();
    if (grows) {
      threads.setMaximumPoolSize(changed.maxConcurrency());
      threads.setCorePoolSize(changed.maxConcurrency());
    } else {
      threads.setCorePoolSize(changed.maxConcurrency());
      threads.setMaximumPoolSize(changed.maxConcurrency());
    }
    settings = changed;
  }

  /** Leaves the receiver alone for so long from now, or longer if that was said before. */
  synchronized void rest(long ms) {
    if (ms == 0) {
      return;
    }
    long now = System.nanoTime();
    pausedUntil = Math.max(pausedUntil, now + TimeUnit.MILLISECONDS.toNanos(ms));
    cancelReceive();
    wakeUpIn(pausedUntil - now);
  }

  /** Takes nothing more; what is under way may end until {@link #awaitEnd}. */
  synchronized void stop() {
    stopped = true;
    cancelReceive();
    if (wakeUp != null) {
      wakeUp.cancel(false);
    }
    threads.shutdown();
  }

  /** Waits for what is under way. */
  void awaitEnd(long ms) {
    try {
      threads.awaitTermination(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends what is under way and gives it back, so that no request runs on when somebody else may
   * send the same.
   */
  void abort() {
    aborted = true;
    threads.shutdownNow().forEach(each -> handed.giveBack(((Delivery) each).messages));
  }

  /** Whether nothing is under way after a {@link #stop}. */
  boolean hasEnded() {
    return threads.isTerminated();
  }

  /** Whether it takes nothing more, be it that its receiver answered 410. */
  synchronized boolean isStopped() {
    return stopped;
  }

  synchronized int inFlight() {
    return inFlight;
  }

  /**
   * How sending goes; {@code active}, {@code waiting} as the receiver asked, {@code failing}, or
   * {@code disabled} by 410.
   */
  synchronized WebhookStatus status(@Nullable GroupStatus of) {
    if (gone) {
      return new WebhookStatus("disabled", Verdict.GONE, inFlight, 0, of);
    }
    long pausedMs = Math.max(0, TimeUnit.NANOSECONDS.toMillis(pausedUntil - System.nanoTime()));
    if (pausedMs > 0) {
      var reason = "the receiver asked to be left alone by Retry-After";
      return new WebhookStatus("waiting", reason, inFlight, pausedMs, of);
    }
    if (breaker.isOpen()) {
      var reason = "the last requests all failed, the last one with: " + lastFailure;
      return new WebhookStatus("failing", reason, inFlight, 0, of);
    }
    return new WebhookStatus("active", null, inFlight, 0, of);
  }

  private synchronized void pump() {
    int most = room();
    if (most == 0 || receiving != null) {
      return;
    }
    var future = handed.receive(most * settings.batchSize());
    receiving = future;
    future.whenComplete((messages, failure) -> received(future, messages, failure));
  }

  /** How many requests may be begun now. */
  private int room() {
    if (stopped) {
      return 0;
    }
    long now = System.nanoTime();
    long wait = Math.max(pausedUntil - now, breaker.waitNanos(now));
    if (wait > 0) {
      wakeUpIn(wait);
      return 0;
    }
    if (breaker.isOpen()) {
      return inFlight == 0 ? 1 : 0;
    }
    return Math.max(0, settings.maxConcurrency() - inFlight);
  }

  private synchronized void received(
      CompletableFuture<List<Message>> future,
      @Nullable List<Message> messages,
      @Nullable Throwable failure) {
    boolean expected = receiving == null || receiving == future;
    if (expected) {
      receiving = null;
    }
    if (failure != null || messages == null) {
      boolean cancelled = failure instanceof java.util.concurrent.CancellationException;
      if (!cancelled) {
        handed.note(failure);
        wakeUpIn(TimeUnit.MILLISECONDS.toNanos(RETRY_MS));
      }
      return;
    }
    // It may have been stopped, asked for a pause or begun to fail while they were on their way.
    int most = Math.min(messages.size(), room() * settings.batchSize());
    begin(messages.subList(0, most));
    handed.giveBack(messages.subList(most, messages.size()));
    pumpSoon();
  }

  private void pumpSoon() {
    if (!stopped) {
      timer.execute(this::pump);
    }
  }

  private void begin(List<Message> messages) {
    boolean probe = breaker.isOpen();
    for (int from = 0; from < messages.size(); from += settings.batchSize()) {
      int to = Math.min(messages.size(), from + settings.batchSize());
      var chunk = List.copyOf(messages.subList(from, to));
      inFlight++;
      threads.execute(new Delivery(chunk, probe));
    }
  }

  private void deliver(List<Message> messages, boolean probe) {
    try {
      // When they were handed out, the group may have known another timeout.
      if (handed.hold(messages, settings.holdMs())) {
        send(messages, probe);
      } else {
        handed.giveBack(messages);
      }
    } finally {
      ended();
      pump();
    }
  }

  private void send(List<Message> messages, boolean probe) {
    var verdict = notSent("an error of Wadi that its log tells", messages);
    try {
      verdict = sender.send(messages);
    } catch (RuntimeException e) {
      LOG.error("{}: messages not sent", group, e);
      verdict = notSent(String.valueOf(e.getMessage()), messages);
    } finally {
      learn(verdict, probe);
      settle(messages, verdict);
    }
  }

  private static Verdict notSent(String why, List<Message> messages) {
    return Verdict.of(Reply.none("not sent: " + why), messages, Instant.now());
  }

  /** What the answer means for the receiver; before its messages are there again to be sent. */
  private synchronized void learn(Verdict verdict, boolean probe) {
    long now = System.nanoTime();
    if (verdict.alive()) {
      breaker.succeeded();
    } else {
      breaker.failed(probe, now);
      lastFailure = verdict.reason();
    }
    if (verdict.pauseMs() > 0) {
      pausedUntil = Math.max(pausedUntil, now + TimeUnit.MILLISECONDS.toNanos(verdict.pauseMs()));
    }
    if (verdict.gone()) {
      gone = true;
      stopped = true;
    }
    boolean resting = stopped || pausedUntil > now || breaker.isOpen();
    if (resting) {
      cancelReceive();
    }
  }

  private synchronized void ended() {
    inFlight--;
  }

  private void settle(List<Message> messages, Verdict verdict) {
    boolean unanswered = aborted && !verdict.alive();
    if (verdict.gone() || unanswered) {
      handed.giveBack(messages);
      return;
    }
    var failed =
        messages.stream()
            .collect(
                Collectors.partitioningBy(each -> verdict.failed().contains(each.event().seq())));
    handed.ack(failed.get(false));
    handed.nack(failed.get(true), settings.retries(), verdict.reason());
  }

  private void cancelReceive() {
    if (receiving != null) {
      receiving.cancel(false);
      receiving = null;
    }
  }

  /** Pumps then, unless it does so sooner. */
  private void wakeUpIn(long nanos) {
    long at = System.nanoTime() + nanos;
    var coming = wakeUp;
    boolean comesSooner = coming != null && wakesUpAt - at <= 0;
    if (comesSooner || stopped) {
      return;
    }
    if (coming != null) {
      coming.cancel(false);
    }
    wakesUpAt = at;
    wakeUp = timer.schedule(this::wakeUp, nanos, TimeUnit.NANOSECONDS);
  }

  private void wakeUp() {
    synchronized (this) {
      wakeUp = null;
    }
    pump();
  }

  private static ThreadPoolExecutor threads(String group, int most) {
    var threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_THREAD_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new DeliveryThread(task, "wadi-" + group));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
