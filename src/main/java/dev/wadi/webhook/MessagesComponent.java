package dev.wadi.webhook;

import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.Consumers;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * The component behind {@code messages:<consumer>}: a route that gets the messages of a consumer
 * group.
 *
 * <p>Users meet it as the kamelet {@code stream-source}.
 */
public final class MessagesComponent extends DefaultComponent {

  private final Consumers consumers;
  private final ConsumerGroups groups;

  public MessagesComponent(Consumers consumers, ConsumerGroups groups) {
    this.consumers = consumers;
    this.groups = groups;
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
            getAndRemoveParameter(parameters, "maxConcurrency", Integer.class, 20));
    return endpoint;
  }

  Consumers consumers() {
    return consumers;
  }

  ConsumerGroups groups() {
    return groups;
  }
}
