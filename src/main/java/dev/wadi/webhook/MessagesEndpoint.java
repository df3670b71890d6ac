package dev.wadi.webhook;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/** The messages of one consumer group, for one route. */
final class MessagesEndpoint extends DefaultEndpoint {

  private final MessagesComponent component;
  private final String stream;
  private final String consumer;
  private final int batchSize;
  private final int maxConcurrency;
  private final RetrySchedule retries;

  MessagesEndpoint(
      String uri,
      MessagesComponent component,
      @Nullable String stream,
      String consumer,
      int batchSize,
      int maxConcurrency,
      RetrySchedule retries) {
    super(uri, component);
    this.component = component;
    this.stream = stream == null ? "" : stream;
    this.consumer = consumer;
    requireBetween("batch_size", batchSize, 1, 1_000);
    requireBetween("max_concurrency", maxConcurrency, 1, 200);
    this.batchSize = batchSize;
    this.maxConcurrency = maxConcurrency;
    this.retries = retries;
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    return new MessagesConsumer(this, processor);
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException("messages: a route can only begin here");
  }

  MessagesComponent component() {
    return component;
  }

  String stream() {
    return stream;
  }

  String consumer() {
    return consumer;
  }

  /**
   * @param holdMs how long messages are held for the route
   */
  PumpSettings settings(int holdMs) {
    return new PumpSettings(batchSize, maxConcurrency, holdMs, retries);
  }

  private void requireBetween(String parameter, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "stream-source '%s': %s must be between %d and %d (got %d)"
              .formatted(consumer, parameter, least, most, value));
    }
  }
}
