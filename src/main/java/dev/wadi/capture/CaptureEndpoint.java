package dev.wadi.capture;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.component.debezium.DebeziumEndpoint;
import org.apache.camel.component.debezium.postgres.configuration.PostgresConnectorEmbeddedDebeziumConfiguration;

/** A slot to read from; its exchanges carry a {@link Batch}. */
final class CaptureEndpoint
    extends DebeziumEndpoint<PostgresConnectorEmbeddedDebeziumConfiguration> {

  private final CaptureComponent component;
  private PostgresConnectorEmbeddedDebeziumConfiguration configuration;

  CaptureEndpoint(
      String uri,
      CaptureComponent component,
      PostgresConnectorEmbeddedDebeziumConfiguration configuration) {
    super(uri, component);
    this.component = component;
    this.configuration = configuration;
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    var consumer = new CaptureConsumer(this, processor, component.setup(), component.status());
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  public PostgresConnectorEmbeddedDebeziumConfiguration getConfiguration() {
    return configuration;
  }

  @Override
  public void setConfiguration(PostgresConnectorEmbeddedDebeziumConfiguration configuration) {
    this.configuration = configuration;
  }
}
