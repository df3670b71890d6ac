package dev.wadi.pipeline;

import dev.wadi.change.Action;
import dev.wadi.postgres.TableName;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** The beginning of one pipeline's route. */
final class ChangesEndpoint extends DefaultEndpoint {

  private final Pipelines pipelines;
  private final Pipeline pipeline;
  private volatile @Nullable Processor route;

  ChangesEndpoint(
      String uri,
      ChangesComponent component,
      Pipelines pipelines,
      String name,
      String tables,
      String actions) {
    super(uri, component);
    this.pipelines = pipelines;
    this.pipeline = new Pipeline(name, tables(name, tables), actions(name, actions), this);
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    return new DefaultConsumer(this, processor) {
      @Override
      protected void doStart() throws Exception {
        super.doStart();
        route = processor;
        pipelines.enter(pipeline);
      }

      @Override
      protected void doStop() throws Exception {
        pipelines.leave(pipeline);
        super.doStop();
      }
    };
  }

  @Override
  public Producer createProducer() {
    return new DefaultProducer(this) {
      @Override
      public void process(Exchange exchange) throws Exception {
        var started = route;
        if (started == null) {
          throw new IllegalStateException(
              "pipeline '" + pipeline.name() + "': has not been started");
        }
        started.process(exchange);
      }
    };
  }

  @Override
  public boolean isLenientProperties() {
    return false;
  }

  private static Set<TableName> tables(String pipeline, String list) {
    var tables = new TreeSet<TableName>();
    for (var name : list.split(",")) {
      tables.add(refusing(pipeline, () -> TableName.parse(name)));
    }
    return tables;
  }

  private static Set<Action> actions(String pipeline, String list) {
    var actions = EnumSet.noneOf(Action.class);
    for (var word : list.split(",")) {
      actions.add(refusing(pipeline, () -> Action.parse(word)));
    }
    return actions;
  }

  private static <T> T refusing(String pipeline, java.util.function.Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("pipeline '" + pipeline + "': " + e.getMessage(), e);
    }
  }
}
