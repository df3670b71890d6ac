package dev.wadi.pipeline;

import dev.wadi.change.Change;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of one pipeline's route.
 *
 * <p>The route gets a change of its own as body; what it was made of stays in variable {@code
 * change}.
 */
final class ChangesEndpoint extends DefaultEndpoint {

  private static final String ORIGINAL = "change";

  private final ChangesComponent component;
  private final Pipeline pipeline;
  private volatile @Nullable Processor route;

  ChangesEndpoint(String uri, ChangesComponent component, PipelineDefinition definition) {
    super(uri, component);
    this.component = component;
    try {
      this.pipeline =
          new Pipeline(
              definition.name(),
              definition.sources(),
              definition.wanted(),
              definition.filters(),
              this);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "pipeline '" + definition.name() + "': " + e.getMessage(), e);
    }
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    return new DefaultConsumer(this, processor) {
      @Override
      protected void doStart() throws Exception {
        super.doStart();
        route = processor;
        component.pipelines().enter(pipeline);
      }

      @Override
      protected void doStop() throws Exception {
        route = null;
        super.doStop();
      }
    };
  }

  @Override
  public Producer createProducer() {
    return new DefaultProducer(this) {
      private final PipelineMeter meter = component.meter(pipeline.name());
      private final SetAside setAside = component.setAside();

      @Override
      public void process(Exchange exchange) throws Exception {
        var change = exchange.getMessage().getBody(Change.class);
        if (!setAside.draining() && !passes(change)) {
          return;
        }
        if (setAside.keeps(pipeline.name())) {
          setAside.keep(pipeline.name(), change);
          return;
        }
        meter.took(change);
        handOver(exchange, change);
      }

      private boolean passes(Change change) {
        var verdict = pipeline.test(change.table(), change.record());
        if (verdict == Verdict.UNKNOWN) {
          meter.couldNotDecide();
        }
        return verdict == Verdict.MATCH;
      }
    };
  }

  @Override
  public boolean isLenientProperties() {
    return false;
  }

  private void handOver(Exchange exchange, Change change) throws Exception {
    var started = route;
    if (started == null) {
      throw new IllegalStateException(
          "pipeline '"
              + pipeline.name()
              + "': its route is stopped; start it, or delete its file to capture without it");
    }
    exchange.setVariable(ORIGINAL, change);
    exchange.getMessage().setBody(change.copy());
    started.process(exchange);
  }
}
