package dev.wadi.webhook;

import dev.wadi.consumer.Message;
import dev.wadi.consumer.MessageJson;
import java.util.List;

/**
 * Messages that a route got from kamelet {@code stream-source}; as text, what a webhook would send
 * of them.
 *
 * @param stream whose they are
 * @param consumer who gets them
 * @param messages at least one; each of another key
 */
public record MessageBatch(String stream, String consumer, List<Message> messages) {

  @Override
  public String toString() {
    return MessageJson.body(consumer, messages);
  }
}
