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

  /** Wadi must have given a message up before its group gives it to somebody else. */
  private static final int ACK_WAIT_MS = 330_000;

  private final MessagesEndpoint endpoint;
  private @Nullable MessagePump pump;
  private @Nullable ScheduledThreadPoolExecutor timer;
  private volatile int ackWaitMs = ACK_WAIT_MS;
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
    pump =
        new MessagePump(
            endpoint.consumer(),
            endpoint.component().consumers(),
            started,
            endpoint.settings(),
            this::send);
    started.execute(this::begin);
  }

  @Override
  protected void doStop() throws Exception {
    var running = pump;
    if (running != null) {
      running.stop();
      running.awaitEnd(STOP_LIMIT_MS);
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
      createGroup();
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

  private void createGroup() throws SQLException {
    var groups = endpoint.component().groups();
    var found = groups.find(endpoint.consumer());
    if (found.isEmpty()) {
      groups.create(definition());
    } else if (!found.get().definition().stream().equals(endpoint.stream())) {
      throw ValidationException.of(
          "stream",
          "is '%s' for consumer group '%s'; give the route another consumer"
              .formatted(found.get().definition().stream(), endpoint.consumer()));
    } else {
      ackWaitMs = found.get().definition().ackWaitMs();
    }
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
      return process(messages);
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
    long period = ackWaitMs / 3;
    return schedule.scheduleAtFixedRate(
        () -> consumers.extend(endpoint.consumer(), ackIds, ackWaitMs),
        period,
        period,
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
    if (failure instanceof ReceiverFailedException failed) {
      return Verdict.of(failed.reply(), messages, Instant.now());
    }
    if (exchange.getMessage().getBody() instanceof Reply reply && failure == null) {
      return Verdict.of(reply, messages, Instant.now());
    }
    return failure == null
        ? Verdict.success()
        : Verdict.of(Reply.none(String.valueOf(failure.getMessage())), messages, Instant.now());
  }
}
