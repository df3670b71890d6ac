package dev.wadi.capture;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.debezium.DebeziumComponent;
import org.apache.camel.component.debezium.DebeziumEndpoint;
import org.apache.camel.component.debezium.postgres.configuration.PostgresConnectorEmbeddedDebeziumConfiguration;
import org.apache.camel.support.PropertyBindingSupport;

/**
 * The component behind {@code debezium-postgres:} routes, in place of Camel's own.
 *
 * <p>Same scheme, same options, other promises: a batch is one exchange, a batch that is not proven
 * to be stored is never acknowledged, and a source that failed is opened again at the stored
 * position.
 */
public final class CaptureComponent
    extends DebeziumComponent<PostgresConnectorEmbeddedDebeziumConfiguration> {

  private final CaptureSetup setup;
  private final CaptureStatus status;
  private PostgresConnectorEmbeddedDebeziumConfiguration configuration =
      new PostgresConnectorEmbeddedDebeziumConfiguration();

  public CaptureComponent(CaptureSetup setup, CaptureStatus status) {
    this.setup = setup;
    this.status = status;
    DebeziumSettings.applyDefaults(configuration, setup.database());
  }

  CaptureSetup setup() {
    return setup;
  }

  CaptureStatus status() {
    return status;
  }

  @Override
  public PostgresConnectorEmbeddedDebeziumConfiguration getConfiguration() {
    return configuration;
  }

  @Override
  public void setConfiguration(PostgresConnectorEmbeddedDebeziumConfiguration configuration) {
    this.configuration = configuration;
  }

  @Override
  protected DebeziumEndpoint<PostgresConnectorEmbeddedDebeziumConfiguration>
      initializeDebeziumEndpoint(
          String uri, PostgresConnectorEmbeddedDebeziumConfiguration configuration) {
    return new CaptureEndpoint(uri, this, configuration);
  }

  /**
   * Binds the options by name: the generated configurer insists on Camel's own endpoint class,
   * which is final.
   */
  @Override
  protected void setProperties(Endpoint endpoint, Map<String, Object> parameters) {
    PropertyBindingSupport.build()
        .withCamelContext(getCamelContext())
        .withTarget(((CaptureEndpoint) endpoint).getConfiguration())
        .withProperties(parameters)
        .withRemoveParameters(true)
        .withIgnoreCase(true)
        .bind();
  }
}
