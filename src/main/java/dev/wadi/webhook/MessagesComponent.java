package dev.wadi.webhook;

import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.Consumers;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/**
 * The component behind {@code messages:<consumer>}: a route that gets the messages of a consumer
 * group.
 *
 * <p>Users meet it as the kamelet {@code stream-source}.
 */
public final class MessagesComponent extends DefaultComponent {

  private final Consumers consumers;
  private final ConsumerGroups groups;
  private final Map<String, MessagePump> pumps = new ConcurrentHashMap<>();

  /** When the last request of a Wadi that stops is broken off, as {@link System#nanoTime}. */
  private @Nullable Long stopBy;

  public MessagesComponent(Consumers consumers, ConsumerGroups groups) {
    this.consumers = consumers;
    this.groups = groups;
  }

  /** Which routes' receivers get no messages as usual, by consumer group, with state and reason. */
  Map<String, String> troubled() {
    var found = new TreeMap<String, String>();
    pumps.forEach((consumer, pump) -> note(found, consumer, pump.status(null)));
    return found;
  }

  private static void note(Map<String, String> found, String consumer, WebhookStatus status) {
    if (status.reason() != null) {
      found.put(consumer, status.state() + ": " + status.reason());
    }
  }

  void begins(String consumer, MessagePump pump) {
    pumps.put(consumer, pump);
  }

  void ends(String consumer, MessagePump pump) {
    pumps.remove(consumer, pump);
  }

  /**
   * How long the requests of a route that stops may still take. While Wadi stops, its routes do one
   * after the other and have that time together.
   */
  synchronized long stopLimitMs(long limitMs) {
    if (!getCamelContext().isStopping()) {
      return limitMs;
    }
    if (stopBy == null) {
      stopBy = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
      pumps.values().forEach(MessagePump::stop);
    }
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(stopBy - System.nanoTime()));
  }

  @Override
  protected Endpoint createEndpoint(String uri, String consumer, Map<String, Object> parameters)
      throws Exception {
    var endpoint =
        new MessagesEndpoint(
            uri,
            this,
            getAndRemoveParameter(parameters, "stream", String.class),
            consumer,
            getAndRemoveParameter(parameters, "batchSize", Integer.class, 1),
            getAndRemoveParameter(parameters, "maxConcurrency", Integer.class, 20),
            RetrySchedule.parse(
                getAndRemoveParameter(parameters, "retryDelaysMs", String.class, "")));
    return endpoint;
  }

  Consumers consumers() {
    return consumers;
  }

  ConsumerGroups groups() {
    return groups;
  }
}
