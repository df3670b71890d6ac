package dev.wadi.webhook;

import dev.wadi.consumer.Message;
import java.util.List;

/**
 * Messages that go to a webhook in one request.
 *
 * @param webhook whose they are
 * @param messages at least one; each of another key
 */
public record Parcel(Webhook webhook, List<Message> messages) {

  Message first() {
    return messages.get(0);
  }

  /** Without the messages, which nobody should log. */
  @Override
  public String toString() {
    return "webhook " + webhook.name() + " seq=" + first().event().seq();
  }
}
