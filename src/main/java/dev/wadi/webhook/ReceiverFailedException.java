package dev.wadi.webhook;

/** A receiver did not take what kamelet {@code webhook-sink} sent. */
public final class ReceiverFailedException extends RuntimeException {

  private final transient Reply reply;

  ReceiverFailedException(Reply reply) {
    super("receiver: " + (reply.succeeded() ? Verdict.FAILURES : reply.reason()));
    this.reply = reply;
  }

  Reply reply() {
    return reply;
  }
}
