package dev.wadi.webhook;

import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.GroupStatus;
import dev.wadi.consumer.Message;
import dev.wadi.consumer.NotOwnerException;
import dev.wadi.consumer.UnknownGroupException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a pump running for every webhook that may send. What it sends goes through the route that
 * begins at {@code webhooks:deliver}.
 */
public final class WebhookDeliveries {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.webhook");
  private static final long REFRESH_MS = 1_000;
  private static final long STOP_LIMIT_MS = 4_000;
  private static final long ABORT_LIMIT_MS = 1_000;

  /** Dead letters are counted that seldom: it costs a statement that looks at each. */
  private static final int SHOWS_PER_COUNT = 5;

  /** A webhook that sends; what it is may change while it does. */
  private static final class Running {
    private volatile Webhook webhook;
    private final MessagePump pump;

    private Running(Webhook webhook, Function<Running, MessagePump> pump) {
      this.webhook = webhook;
      this.pump = pump.apply(this);
    }
  }

  private final Webhooks webhooks;
  private final Attempts attempts;
  private final Consumers consumers;
  private final Clock clock;
  private final WebhookMeters meters;
  private final Map<String, Running> running = new ConcurrentHashMap<>();

  /** Pumps that take nothing more and still have requests under way. */
  private final List<MessagePump> ending = new ArrayList<>();

  private @Nullable ScheduledExecutorService timer;
  private @Nullable Function<Parcel, Sent> route;
  private String problem = "";

  /** Held while a wait is noted, and from reading webhooks until what was read is acted on. */
  private final Object waits = new Object();

  private volatile Map<String, WebhookStatus> shown = Map.of();
  private Map<String, Long> dead = Map.of();
  private int showsUntilCount;

  /**
   * What was sent and what came back.
   *
   * @param messageId {@code webhook-id}
   */
  record Sent(String messageId, Reply reply) {}

  public WebhookDeliveries(
      Webhooks webhooks,
      Attempts attempts,
      Consumers consumers,
      WebhookMeters meters,
      Clock clock) {
    this.webhooks = webhooks;
    this.attempts = attempts;
    this.consumers = consumers;
    this.meters = meters;
    this.clock = clock;
  }

  /** Begins to send, through a route. */
  synchronized void start(Function<Parcel, Sent> through) {
    route = through;
    var started = new ScheduledThreadPoolExecutor(2, ReceiverClient.daemon("wadi-webhooks"));
    started.setRemoveOnCancelPolicy(true);
    started.scheduleWithFixedDelay(this::refreshOrLog, 0, REFRESH_MS, TimeUnit.MILLISECONDS);
    timer = started;
  }

  /** Ends; what is under way has a few seconds. */
  synchronized void stop() {
    if (timer == null) {
      return;
    }
    running.values().forEach(this::end);
    running.clear();
    awaitEnds(STOP_LIMIT_MS);
    ending.forEach(MessagePump::abort);
    awaitEnds(ABORT_LIMIT_MS);
    ending.clear();
    timer.shutdownNow();
    timer = null;
    flushOrLog();
  }

  private void end(Running each) {
    each.pump.stop();
    ending.add(each.pump);
  }

  private void awaitEnds(long ms) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    for (var pump : ending) {
      pump.awaitEnd(Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
    }
  }

  /** Takes notice of what changed; otherwise that takes up to a second. */
  public synchronized void refresh() throws SQLException {
    var schedule = timer;
    if (schedule == null) {
      return;
    }
    var active = new HashMap<String, Webhook>();
    List<Webhook> listed;
    synchronized (waits) {
      listed = webhooks.list();
      for (var webhook : listed) {
        if (webhook.disabledReason() == null) {
          active.put(webhook.name(), webhook);
        }
      }
      ending.removeIf(MessagePump::hasEnded);
      running.values().removeIf(each -> ended(each, active.get(each.webhook.name())));
      active.forEach((name, webhook) -> runOrChange(webhook, schedule));
    }
    show(listed);
  }

  /** How a webhook is doing. */
  public WebhookStatus status(Webhook webhook) {
    var group = groupStatus(webhook);
    var found = running.get(webhook.name());
    var disabledReason = webhook.disabledReason();
    if (disabledReason != null) {
      return new WebhookStatus("disabled", disabledReason, 0, 0, group);
    }
    if (webhook.paused()) {
      return new WebhookStatus("paused", null, found == null ? 0 : found.pump.inFlight(), 0, group);
    }
    return found == null
        ? new WebhookStatus("starting", null, 0, 0, group)
        : found.pump.status(group);
  }

  /** Which webhooks do not send as usual, with state and reason; as of a second ago. */
  Map<String, String> troubled() {
    var found = new TreeMap<String, String>();
    shown.forEach(
        (name, status) -> {
          if (status.reason() != null) {
            found.put(name, status.state() + ": " + status.reason());
          }
        });
    return found;
  }

  /** How the consumer group goes; null while another process serves it. */
  private @Nullable GroupStatus groupStatus(Webhook webhook) {
    try {
      return consumers.status(webhook.definition().group());
    } catch (NotOwnerException | UnknownGroupException e) {
      return null;
    }
  }

  /** Brings metrics and health up to date. */
  private void show(List<Webhook> listed) throws SQLException {
    var served = new TreeMap<String, WebhookStatus>();
    for (var webhook : listed) {
      var status = status(webhook);
      if (status.group() != null) {
        served.put(webhook.name(), status);
      }
    }
    shown = served;
    boolean due = --showsUntilCount < 0;
    if (due) {
      dead = webhooks.countDead();
      showsUntilCount = SHOWS_PER_COUNT;
    }
    meters.show(served, dead);
  }

  private boolean ended(Running running, @Nullable Webhook now) {
    boolean goesOn = now != null && now.isSameAs(running.webhook) && !running.pump.isStopped();
    if (goesOn) {
      return false;
    }
    end(running);
    return true;
  }

  private void runOrChange(Webhook webhook, ScheduledExecutorService schedule) {
    var found = running.get(webhook.name());
    if (found == null) {
      var fresh = new Running(webhook, each -> pump(each, webhook, schedule));
      running.put(webhook.name(), fresh);
      fresh.pump.rest(waitMs(webhook));
      fresh.pump.start();
      LOG.info("webhook {}: started", webhook.name());
      return;
    }
    // First how long messages are held, then how long their requests may take.
    found.pump.configure(settings(webhook));
    boolean waitsAnew = !Objects.equals(found.webhook.waitsUntil(), webhook.waitsUntil());
    found.webhook = webhook;
    if (waitsAnew) {
      found.pump.rest(waitMs(webhook));
    }
  }

  /** How long its receiver wants to be left alone, whatever was done to the clock since. */
  private long waitMs(Webhook webhook) {
    var until = webhook.waitsUntil();
    return until == null
        ? 0
        : RetryAfter.bounded(Duration.between(clock.instant(), until).toMillis());
  }

  private MessagePump pump(Running running, Webhook webhook, ScheduledExecutorService schedule) {
    return new MessagePump(
        webhook.definition().group(),
        consumers,
        schedule,
        settings(webhook),
        messages -> send(running.webhook, messages));
  }

  private static PumpSettings settings(Webhook webhook) {
    var definition = webhook.definition();
    return new PumpSettings(
        definition.batchSize(),
        definition.maxConcurrency(),
        definition.holdMs(),
        definition.retries());
  }

  private Verdict send(Webhook webhook, List<Message> messages) {
    var through = route;
    if (through == null) {
      throw new IllegalStateException("webhooks send before their route; this indicates a bug");
    }
    long began = System.nanoTime();
    var parcel = new Parcel(webhook, messages);
    var answer = through.apply(parcel);
    var sent = new Sent(answer.messageId(), answer.reply().masked(webhook::masked));
    var verdict = Verdict.of(sent.reply(), messages, clock.instant());
    var duration = Duration.ofNanos(System.nanoTime() - began);
    int refused = verdict.failed().size();
    meters.of(webhook.name()).sent(messages.size() - refused, refused, duration);
    attempts.note(webhook.id(), attempt(parcel, sent, verdict, duration));
    if (verdict.gone()) {
      disable(webhook);
    }
    if (verdict.pauseMs() > 0) {
      rest(webhook, verdict.pauseMs());
    }
    return verdict;
  }

  private Attempt attempt(Parcel parcel, Sent sent, Verdict verdict, Duration duration) {
    var excerpt = sent.reply().excerpt(parcel.webhook()::masked);
    return new Attempt(
        sent.messageId(),
        clock.instant(),
        parcel.first().event().seq(),
        parcel.messages().size(),
        parcel.first().deliverCount(),
        sent.reply().status(),
        (int) duration.toMillis(),
        excerpt.isEmpty() ? null : excerpt,
        verdict.isSuccess() ? null : verdict.reason());
  }

  private void rest(Webhook webhook, long ms) {
    try {
      synchronized (waits) {
        webhooks.wait(webhook, clock.instant().plusMillis(ms));
      }
    } catch (SQLException e) {
      LOG.warn("webhook {}: its Retry-After is not noted: {}", webhook.name(), e.getMessage());
    }
  }

  private void disable(Webhook webhook) {
    LOG.warn("webhook {}: disabled, its receiver answered 410 Gone", webhook.name());
    try {
      webhooks.disable(webhook, Verdict.GONE);
    } catch (SQLException e) {
      LOG.warn("webhook {}: not noted as disabled: {}", webhook.name(), e.getMessage());
    }
  }

  private void refreshOrLog() {
    try {
      webhooks.forgetPreviousSecrets();
      refresh();
      attempts.flush();
      problem = "";
    } catch (SQLException | RuntimeException e) {
      var message = String.valueOf(e.getMessage());
      if (!message.equals(problem)) {
        LOG.warn("webhooks: cannot be read; trying again: {}", message);
      }
      problem = message;
    }
  }

  private void flushOrLog() {
    try {
      attempts.flush();
    } catch (SQLException e) {
      LOG.warn("webhooks: the last attempts are not kept: {}", e.getMessage());
    }
  }
}
