package dev.wadi.pipeline;

import dev.wadi.capture.RawChange;
import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.SourceTable;
import dev.wadi.postgres.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.support.ExpressionAdapter;

/**
 * The pipelines that run now. Their routes enter themselves when they start and leave when they
 * stop.
 */
public final class Pipelines {

  private record Subject(SourceTable table, Action action) {}

  private final Map<String, Pipeline> byName = new ConcurrentSkipListMap<>();
  private final Map<Subject, List<Endpoint>> recipients = new ConcurrentHashMap<>();
  private volatile Set<TableName> tables = Set.of();
  private volatile String notLoaded = "pipelines are being loaded";

  /** Whether any pipeline captures this kind of change of this table; the body is a raw change. */
  public Predicate wanted() {
    return exchange -> {
      var change = exchange.getMessage().getBody(RawChange.class);
      return !recipients(change.relation().table(), change.action()).isEmpty();
    };
  }

  /** Where a change is to be sent: the pipelines that want it, by name; the body is a change. */
  public Expression recipients() {
    return new ExpressionAdapter() {
      @Override
      public Object evaluate(Exchange exchange) {
        var change = exchange.getMessage().getBody(Change.class);
        return recipients(change.table(), change.action());
      }
    };
  }

  /** Every table that some pipeline captures. */
  public Set<TableName> tables() {
    return tables;
  }

  /**
   * Every table that some pipeline captures, once all pipelines of the start have been loaded.
   *
   * @throws IllegalStateException while one of them could not be: its changes would be passed by
   */
  public Set<TableName> requireTables() {
    if (!notLoaded.isEmpty()) {
      throw new IllegalStateException(notLoaded);
    }
    return tables;
  }

  /** Notes why capture must not start yet; empty when it may. */
  void notLoaded(String reason) {
    notLoaded = reason;
  }

  /** The names of the pipelines that run. */
  public Set<String> names() {
    return new TreeSet<>(byName.keySet());
  }

  synchronized void enter(Pipeline pipeline) {
    byName.put(pipeline.name(), pipeline);
    refresh();
  }

  synchronized void leave(Pipeline pipeline) {
    byName.remove(pipeline.name(), pipeline);
    refresh();
  }

  private void refresh() {
    var all = new TreeSet<TableName>();
    byName.values().forEach(pipeline -> all.addAll(pipeline.tables()));
    tables = Set.copyOf(all);
    recipients.clear();
  }

  private List<Endpoint> recipients(SourceTable table, Action action) {
    return recipients.computeIfAbsent(new Subject(table, action), this::find);
  }

  private List<Endpoint> find(Subject subject) {
    var name = new TableName(subject.table.schema(), subject.table.name());
    var found = new ArrayList<Endpoint>();
    for (var pipeline : byName.values()) {
      if (pipeline.wants(name, subject.action)) {
        found.add(pipeline.entry());
      }
    }
    return List.copyOf(found);
  }
}
