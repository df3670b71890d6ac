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
  private final PipelineMeters meters;
  private final SetAside setAside;

  public ChangesComponent(Pipelines pipelines, PipelineMeters meters, SetAside setAside) {
    this.pipelines = pipelines;
    this.meters = meters;
    this.setAside = setAside;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String pipeline, Map<String, Object> parameters) {
    var definition =
        new PipelineDefinition(
            pipeline,
            text(parameters, "table"),
            java.util.List.of(text(parameters, "actions").split(",")),
            Filters.parse(text(parameters, "filters")),
            "");
    return new ChangesEndpoint(uri, this, definition);
  }

  Pipelines pipelines() {
    return pipelines;
  }

  PipelineMeter meter(String pipeline) {
    return meters.of(pipeline);
  }

  SetAside setAside() {
    return setAside;
  }

  private static String text(Map<String, Object> parameters, String name) {
    var value = parameters.remove(name);
    return value == null ? "" : value.toString();
  }
}
