package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;

/** The example's route up to Kafka, whose place something else takes: Wadi does not bring it. */
class KafkaExampleTest {

  private static final Path EXAMPLE = Path.of("examples", "routes", "orders_to_kafka.camel.yaml");

  private final List<String> sent = new CopyOnWriteArrayList<>();
  private volatile boolean refusing;

  @Test
  void every_event_goes_out_under_its_key_and_again_if_it_was_refused() throws Exception {
    try (var kit = new WebhookKit()) {
      kit.camel().addComponent("kafka", new Stand());
      kit.camel()
          .getComponent("kamelet", KameletComponent.class)
          .setLocation("file:" + Path.of("routes", "kamelets").toAbsolutePath());
      refusing = true;
      var resource =
          PluginHelper.getResourceLoader(kit.camel())
              .resolveResource("file:" + EXAMPLE.toAbsolutePath());
      PluginHelper.getRoutesLoader(kit.camel()).loadRoutes(resource);
      kit.append("a", "b");
      await("both were refused")
          .ignoreExceptions()
          .until(() -> kit.consumers.status("orders_to_kafka").parkedKeys() == 2);
      assertThat(sent).isEmpty();

      refusing = false;
      await("both were taken").until(() -> kit.isSettled("orders_to_kafka"));
    }

    assertThat(sent).hasSize(2);
    assertThat(sent).anyMatch(each -> each.startsWith("a {\"data\":[{"));
    assertThat(sent).anyMatch(each -> each.startsWith("b {\"data\":[{"));
  }

  /** Takes any option, as a component of that name would. */
  private final class Stand extends DefaultComponent {
    @Override
    protected Endpoint createEndpoint(
        String uri, String remaining, Map<String, Object> parameters) {
      parameters.clear();
      return new StandEndpoint(uri, this);
    }
  }

  private final class StandEndpoint extends DefaultEndpoint {
    StandEndpoint(String uri, Stand component) {
      super(uri, component);
    }

    @Override
    public Producer createProducer() {
      return new DefaultProducer(this) {
        @Override
        public void process(Exchange exchange) {
          take(exchange);
        }
      };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
      throw new UnsupportedOperationException("only sends");
    }
  }

  private void take(Exchange exchange) {
    if (refusing) {
      throw new IllegalStateException("the broker is not there");
    }
    var message = exchange.getMessage();
    sent.add(message.getHeader("CamelKafkaKey") + " " + message.getBody(String.class));
  }
}
