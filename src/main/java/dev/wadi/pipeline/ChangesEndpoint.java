package dev.wadi.pipeline;

import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/** The beginning of one pipeline's route. */
final class ChangesEndpoint extends DefaultEndpoint {

  private final ChangesComponent component;
  private final Pipeline pipeline;

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
              definition.backfill(),
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
        pipeline.started(processor);
        component.pipelines().enter(pipeline);
      }

      @Override
      protected void doStop() throws Exception {
        pipeline.stopped();
        super.doStop();
      }
    };
  }

  /**
   * Endpoints are equal by their text, so a producer may outlive the pipeline that it was made for.
   */
  @Override
  public Producer createProducer() {
    return new DefaultProducer(this) {
      @Override
      public void process(Exchange exchange) throws Exception {
        component.offer(pipeline.name(), exchange);
      }
    };
  }

  @Override
  public boolean isLenientProperties() {
    return false;
  }
}
