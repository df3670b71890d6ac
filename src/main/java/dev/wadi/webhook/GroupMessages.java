package dev.wadi.webhook;

import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.Message;
import dev.wadi.consumer.Nack;
import dev.wadi.consumer.NotOwnerException;
import dev.wadi.consumer.Outcome;
import dev.wadi.consumer.UnknownGroupException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The messages of one consumer group, from being handed out to being settled or given back. */
final class GroupMessages {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.webhook");
  private static final long RECEIVE_MS = 20_000;

  private final String group;
  private final Consumers consumers;

  GroupMessages(String group, Consumers consumers) {
    this.group = group;
    this.consumers = consumers;
  }

  CompletableFuture<List<Message>> receive(int most) {
    return consumers.receive(group, Math.min(Consumers.MAX_BATCH_SIZE, most), RECEIVE_MS);
  }

  /**
   * Holds messages for so long from now.
   *
   * @return false if that is too late for one of them, which somebody else may have
   */
  boolean hold(List<Message> messages, int ms) {
    try {
      var held = consumers.extend(group, ackIds(messages), ms).join();
      return held.values().stream().allMatch(outcome -> outcome == Outcome.DONE);
    } catch (CompletionException e) {
      note(e);
      return false;
    }
  }

  void ack(List<Message> messages) {
    if (!messages.isEmpty()) {
      consumers.ack(group, ackIds(messages)).whenComplete((outcomes, failure) -> note(failure));
    }
  }

  /** Lets messages come again, those of a batch together. */
  void nack(List<Message> messages, RetrySchedule retries, String reason) {
    if (messages.isEmpty()) {
      return;
    }
    double jitter = ThreadLocalRandom.current().nextDouble();
    var nacks =
        messages.stream()
            .map(
                message ->
                    new Nack(
                        message.ackId(),
                        retries.delayMs(message.deliverCount(), () -> jitter),
                        reason))
            .toList();
    consumers.nack(group, nacks).whenComplete((outcomes, failure) -> note(failure));
  }

  /** As if they had never been out. */
  void giveBack(List<Message> messages) {
    if (!messages.isEmpty()) {
      consumers
          .giveBack(group, ackIds(messages))
          .whenComplete((outcomes, failure) -> note(failure));
    }
  }

  /** What another process does is no news; an ack that failed is sent again by the group. */
  void note(@Nullable Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean expected =
        cause == null
            || cause instanceof NotOwnerException
            || cause instanceof UnknownGroupException;
    if (!expected) {
      LOG.warn("{}: {}", group, String.valueOf(cause.getMessage()));
    }
  }

  private static List<String> ackIds(List<Message> messages) {
    return messages.stream().map(Message::ackId).toList();
  }
}
