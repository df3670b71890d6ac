package dev.wadi.webhook;

import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * The component behind {@code webhooks:deliver}: where the route begins that sends what webhooks
 * have to send. The body is a {@link Parcel}; at the end it must be a {@link Reply}.
 */
public final class WebhooksComponent extends DefaultComponent {

  private final WebhookDeliveries deliveries;

  public WebhooksComponent(WebhookDeliveries deliveries) {
    this.deliveries = deliveries;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String rest, Map<String, Object> parameters) {
    return new DeliverEndpoint(uri, this);
  }

  private final class DeliverEndpoint extends DefaultEndpoint {

    DeliverEndpoint(String uri, WebhooksComponent component) {
      super(uri, component);
    }

    @Override
    public Producer createProducer() {
      throw new UnsupportedOperationException("webhooks: a route can only begin here");
    }

    @Override
    public Consumer createConsumer(Processor processor) {
      return new DefaultConsumer(this, processor) {
        @Override
        protected void doStart() throws Exception {
          super.doStart();
          deliveries.start(parcel -> send(this, parcel));
        }

        @Override
        protected void doStop() throws Exception {
          deliveries.stop();
          super.doStop();
        }
      };
    }
  }

  private static WebhookDeliveries.Sent send(DefaultConsumer consumer, Parcel parcel) {
    var exchange = consumer.createExchange(true);
    exchange.getMessage().setBody(parcel);
    try {
      consumer.getProcessor().process(exchange);
    } catch (Exception e) {
      exchange.setException(e);
    }
    return new WebhookDeliveries.Sent(WebhookRequests.id(parcel), reply(exchange));
  }

  private static Reply reply(Exchange exchange) {
    var failure = exchange.getException();
    if (failure != null) {
      return Reply.none(Receiver.reason(failure));
    }
    return exchange.getMessage().getBody() instanceof Reply reply
        ? reply
        : Reply.none("the route of webhooks ended without a reply");
  }
}
