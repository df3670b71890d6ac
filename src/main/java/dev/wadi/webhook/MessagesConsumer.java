package dev.wadi.webhook;

import dev.wadi.consumer.GroupDefinition;
import dev.wadi.consumer.Message;
import dev.wadi.stream.ValidationException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a route the messages of a consumer group: when the route ends well they are acked, and when
 * it fails they come again. The consumer group is made when its stream is there.
 */
final class MessagesConsumer extends DefaultConsumer {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.webhook");
  private static final long RETRY_MS = 500;
  private static final long STOP_LIMIT_MS = 4_000;
  private static final long ABORT_LIMIT_MS = 1_000;

  /** Longer than a request may take; Wadi must have given a message up before its group does. */
  private static final int ACK_WAIT_MS = 330_000;

  private final MessagesEndpoint endpoint;
  private @Nullable MessagePump pump;
  private @Nullable ScheduledThreadPoolExecutor timer;
  private volatile int heldMs = ACK_WAIT_MS;
  private String problem = "";

  MessagesConsumer(MessagesEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    var started =
        new ScheduledThreadPoolExecutor(
            1, ReceiverClient.daemon("wadi-route-" + endpoint.consumer()));
    started.setRemoveOnCancelPolicy(true);
    timer = started;
    var running =
        new MessagePump(
            endpoint.consumer(),
            endpoint.component().consumers(),
            started,
            endpoint.settings(ACK_WAIT_MS),
            this::send);
    pump = running;
    endpoint.component().begins(endpoint.consumer(), running);
    started.execute(this::begin);
  }

  @Override
  protected void doStop() throws Exception {
    var running = pump;
    if (running != null) {
      endpoint.component().ends(endpoint.consumer(), running);
      running.stop();
      running.awaitEnd(endpoint.component().stopLimitMs(STOP_LIMIT_MS));
      running.abort();
      running.awaitEnd(ABORT_LIMIT_MS);
    }
    if (timer != null) {
      timer.shutdownNow();
    }
    super.doStop();
  }

  private void begin() {
    var running = pump;
    var schedule = timer;
    if (running == null || schedule == null || schedule.isShutdown()) {
      return;
    }
    try {
      heldMs = Math.max(ACK_WAIT_MS, ackWaitMs());
      running.configure(endpoint.settings(heldMs));
      running.start();
    } catch (SQLException | RuntimeException e) {
      var message = String.valueOf(e.getMessage());
      if (!message.equals(problem)) {
        LOG.warn("stream-source {}: waits: {}", endpoint.consumer(), message);
      }
      problem = message;
      schedule.schedule(this::begin, RETRY_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** That of the group, which is made if it is not there. */
  private int ackWaitMs() throws SQLException {
    var groups = endpoint.component().groups();
    var found = groups.find(endpoint.consumer());
    if (found.isEmpty()) {
      groups.create(definition());
      return ACK_WAIT_MS;
    }
    if (!found.get().definition().stream().equals(endpoint.stream())) {
      throw ValidationException.of(
          "stream",
          "is '%s' for consumer group '%s'; give the route another consumer"
              .formatted(found.get().definition().stream(), endpoint.consumer()));
    }
    return found.get().definition().ackWaitMs();
  }

  private GroupDefinition definition() {
    var defaults = GroupDefinition.of(endpoint.consumer(), endpoint.stream());
    return new GroupDefinition(
        defaults.name(),
        defaults.stream(),
        null,
        defaults.start(),
        ACK_WAIT_MS,
        defaults.maxAckPending(),
        null,
        List.of(),
        defaults.maxWaiting());
  }

  private Verdict send(List<Message> messages) {
    var held = hold(messages);
    try {
      var verdict = process(messages);
      if (verdict.gone()) {
        LOG.warn(
            "stream-source {}: disabled, {}; it goes on when the route's file changes, or at the next"
                + " start",
            endpoint.consumer(),
            Verdict.GONE);
      }
      return verdict;
    } finally {
      held.cancel(false);
    }
  }

  /** While a route works at messages nobody else gets them, however long that takes. */
  private Future<?> hold(List<Message> messages) {
    var schedule = timer;
    if (schedule == null) {
      throw new IllegalStateException("messages before the start; this indicates a bug");
    }
    var ackIds = messages.stream().map(Message::ackId).toList();
    var consumers = endpoint.component().consumers();
    int holdMs = heldMs;
    return schedule.scheduleAtFixedRate(
        () -> consumers.extend(endpoint.consumer(), ackIds, holdMs),
        holdMs / 3,
        holdMs / 3,
        TimeUnit.MILLISECONDS);
  }

  private Verdict process(List<Message> messages) {
    var exchange = createExchange(true);
    var batch = new MessageBatch(endpoint.stream(), endpoint.consumer(), messages);
    exchange.setVariable("messages", batch);
    exchange.getMessage().setBody(batch.toString());
    try {
      getProcessor().process(exchange);
    } catch (Exception e) {
      exchange.setException(e);
    }
    var failure = exchange.getException();
    var refused = ObjectHelper.getException(ReceiverFailedException.class, failure);
    // Of several requests one tells what it did not take, and nothing of what the others did.
    if (refused != null && (refused == failure || !refused.reply().succeeded())) {
      return Verdict.of(refused.reply(), messages, Instant.now());
    }
    if (failure == null && exchange.isRollbackOnly()) {
      return Verdict.of(Reply.none("the route asked for a rollback"), messages, Instant.now());
    }
    return failure == null
        ? Verdict.success()
        : Verdict.of(Reply.none(String.valueOf(failure.getMessage())), messages, Instant.now());
  }
}
