package dev.wadi.pipeline;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * The component behind {@code changes:<pipeline>}: where the capture route hands a change over to a
 * pipeline's route.
 *
 * <p>Users meet it as the kamelet {@code change-source}.
 */
public final class ChangesComponent extends DefaultComponent {

  private final Pipelines pipelines;

  public ChangesComponent(Pipelines pipelines) {
    this.pipelines = pipelines;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String pipeline, Map<String, Object> parameters) {
    var endpoint =
        new ChangesEndpoint(
            uri, this, pipelines, pipeline, text(parameters, "table"), text(parameters, "actions"));
    return endpoint;
  }

  private static String text(Map<String, Object> parameters, String name) {
    var value = parameters.remove(name);
    return value == null ? "" : value.toString();
  }
}
