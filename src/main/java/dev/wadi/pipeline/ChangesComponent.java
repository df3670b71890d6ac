package dev.wadi.pipeline;

import dev.wadi.change.Change;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultComponent;

/**
 * The component behind {@code changes:<pipeline>}: where the capture route hands a change over to a
 * pipeline's route.
 *
 * <p>Users meet it as the kamelet {@code change-source}.
 */
public final class ChangesComponent extends DefaultComponent {

  private static final String ORIGINAL = "change";

  private final Pipelines pipelines;
  private final PipelineEntry entry;

  public ChangesComponent(Pipelines pipelines, PipelineEntry entry) {
    this.pipelines = pipelines;
    this.entry = entry;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String pipeline, Map<String, Object> parameters) {
    var definition =
        new PipelineDefinition(
            pipeline,
            text(parameters, "table"),
            java.util.List.of(text(parameters, "actions").split(",")),
            Filters.parse(text(parameters, "filters")),
            "",
            text(parameters, "backfill").equals("true"));
    return new ChangesEndpoint(uri, this, definition);
  }

  Pipelines pipelines() {
    return pipelines;
  }

  /**
   * Offers a change to a pipeline that captures its table and action.
   *
   * <p>The pipeline's route gets a change of its own as body; what it was made of stays in variable
   * {@code change}.
   */
  void offer(String name, Exchange exchange) throws Exception {
    var pipeline = pipelines.require(name);
    var change = exchange.getMessage().getBody(Change.class);
    if (!entry.admits(pipeline, change)) {
      return;
    }
    exchange.setVariable(ORIGINAL, change);
    exchange.getMessage().setBody(change.copy());
    pipeline.requireRoute().process(exchange);
    endRoute(exchange);
  }

  /**
   * Step stop and rollback, and an error handler of the pipeline's own that has handled a failure,
   * end the pipeline's route, not the batch's.
   */
  private static void endRoute(Exchange exchange) {
    exchange.setRouteStop(false);
    exchange.setRollbackOnly(false);
    exchange.setRollbackOnlyLast(false);
    exchange.getExchangeExtension().setErrorHandlerHandled(null);
  }

  private static String text(Map<String, Object> parameters, String name) {
    var value = parameters.remove(name);
    return value == null ? "" : value.toString();
  }
}
