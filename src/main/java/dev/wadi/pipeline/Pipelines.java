package dev.wadi.pipeline;

import dev.wadi.capture.RawChange;
import dev.wadi.capture.Relation;
import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.SourceTable;
import dev.wadi.postgres.SourceTables;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.support.ExpressionAdapter;

/**
 * The pipelines that run now. A pipeline enters when its route starts and is taken out only when
 * its file is gone: a route that is merely stopped makes its batch fail instead of passing changes
 * by.
 */
public final class Pipelines {

  private static final long START_LIMIT_MS = 30_000;

  private record Subject(SourceTable table, Action action) {}

  private record Recipients(
      Relation relation, List<Pipeline> pipelines, List<Endpoint> endpoints, boolean filtered) {

    static Recipients of(Relation relation, List<Pipeline> pipelines) {
      var endpoints = pipelines.stream().map(Pipeline::entry).toList();
      boolean filtered = pipelines.stream().anyMatch(each -> !each.filters().isEmpty());
      return new Recipients(relation, pipelines, endpoints, filtered);
    }
  }

  private final SourceCatalog catalog;
  private final Map<String, Pipeline> byName = new ConcurrentSkipListMap<>();
  private final Map<Subject, Recipients> recipients = new ConcurrentHashMap<>();

  /** What the filters of a table were made ready for last. */
  private final Map<TableName, Relation> bound = new ConcurrentHashMap<>();

  private volatile Set<TableName> existing = Set.of();
  private volatile Set<TableName> tables = Set.of();
  private final CountDownLatch lookedThrough = new CountDownLatch(1);
  private volatile String notLoaded = "pipelines are being loaded";

  public Pipelines(SourceCatalog catalog) {
    this.catalog = catalog;
  }

  /** Whether any pipeline captures this kind of change of this table; the body is a raw change. */
  public Predicate wanted() {
    return exchange -> {
      try {
        return want(exchange.getMessage().getBody(RawChange.class));
      } catch (SQLException e) {
        throw new IllegalStateException(
            "the source's catalog cannot be read: " + e.getMessage(), e);
      }
    };
  }

  /** Where a change is to be sent: the pipelines that want it, by name; the body is a change. */
  public Expression recipients() {
    return new ExpressionAdapter() {
      @Override
      public Object evaluate(Exchange exchange) {
        return recipients(exchange.getMessage().getBody(Change.class));
      }
    };
  }

  /** Whether any pipeline captures this kind of change of this table. */
  public boolean want(RawChange change) throws SQLException {
    return !wanting(change).isEmpty();
  }

  /** The pipelines that want a change, by name. */
  List<Pipeline> wanting(RawChange change) throws SQLException {
    var subject = new Subject(change.relation().table(), change.action());
    var known = recipients.get(subject);
    if (known == null || known.relation != change.relation() || isBoundElsewhere(known)) {
      known = Recipients.of(change.relation(), find(subject, change.relation()));
      recipients.put(subject, known);
    }
    return known.pipelines;
  }

  /** In a batch, changes from before and after an alter of their table are looked at in turn. */
  private boolean isBoundElsewhere(Recipients known) {
    return known.filtered && bound.get(nameOf(known.relation.table())) != known.relation;
  }

  private static TableName nameOf(SourceTable table) {
    return new TableName(table.schema(), table.name());
  }

  /** Where a change that is wanted is to be sent: the pipelines that want it, by name. */
  public List<Endpoint> recipients(Change change) {
    var known = recipients.get(new Subject(change.table(), change.action()));
    if (known == null) {
      throw new IllegalStateException("a change was not asked for first; this indicates a bug");
    }
    return known.endpoints;
  }

  /** Whether a pipeline captures an action; false if it does not run. */
  public boolean wants(String name, Action action) {
    var pipeline = byName.get(name);
    return pipeline != null && pipeline.actions().contains(action);
  }

  /** Whether a pipeline's route is there to take reads of a table. */
  public boolean takesReads(String name, TableName table) {
    var pipeline = byName.get(name);
    return pipeline != null && pipeline.isStarted() && pipeline.captures(table);
  }

  /** Makes a pipeline's filters ready for reads of a table, as its columns are now. */
  public void expectReads(String name, TableName table) throws SQLException {
    bind(require(name), table, List.of());
    bound.remove(table);
  }

  /** The tables that a pipeline captures, as far as they exist or are named. */
  public Set<TableName> tables(String name) {
    var pipeline = require(name);
    var captured = new TreeSet<TableName>();
    tables.stream().filter(pipeline::captures).forEach(captured::add);
    return captured;
  }

  /** The pipelines that ask for the rows that are there already. */
  Set<String> backfilling() {
    var names = new TreeSet<String>();
    byName.values().stream().filter(Pipeline::backfill).map(Pipeline::name).forEach(names::add);
    return names;
  }

  /** Where the route of one pipeline begins. */
  public Endpoint entry(String name) {
    return require(name).entry();
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
  public Set<TableName> requireTables() throws InterruptedException {
    lookedThrough.await(START_LIMIT_MS, TimeUnit.MILLISECONDS);
    if (!notLoaded.isEmpty()) {
      throw new IllegalStateException(notLoaded);
    }
    return tables;
  }

  /** The names of the pipelines that run. */
  public Set<String> names() {
    return new TreeSet<>(byName.keySet());
  }

  public boolean runs(String name) {
    return byName.containsKey(name);
  }

  /** Notes why capture must not start yet; empty when it may. */
  void notLoaded(String reason) {
    notLoaded = reason;
    lookedThrough.countDown();
  }

  Pipeline require(String name) {
    var pipeline = byName.get(name);
    if (pipeline == null) {
      throw new IllegalStateException("pipeline '" + name + "': does not run");
    }
    return pipeline;
  }

  synchronized void enter(Pipeline pipeline) {
    byName.put(pipeline.name(), pipeline);
    refresh();
  }

  synchronized void remove(String name) {
    byName.remove(name);
    refresh();
  }

  /** Looks for tables that patterns have come to mean; costs nothing while there are none. */
  void lookForTables() throws SQLException {
    if (byName.values().stream().noneMatch(Pipeline::hasPattern)) {
      return;
    }
    var found = catalog.tables();
    synchronized (this) {
      if (!found.equals(existing)) {
        existing = found;
        refresh();
      }
    }
  }

  private void refresh() {
    var all = new TreeSet<TableName>();
    for (var pipeline : byName.values()) {
      for (var table : pipeline.tables()) {
        var exact = table.exact();
        if (exact != null) {
          all.add(exact);
        } else {
          existing.stream().filter(table::matches).forEach(all::add);
        }
      }
    }
    tables = Set.copyOf(all);
    recipients.clear();
    bound.clear();
  }

  private List<Pipeline> find(Subject subject, Relation relation) throws SQLException {
    var name = nameOf(subject.table);
    bound.put(name, relation);
    if (SourceTables.hasEventColumns(relation.columns())) {
      return List.of();
    }
    var found = new ArrayList<Pipeline>();
    for (var pipeline : byName.values()) {
      if (pipeline.wants(name, subject.action)) {
        bind(pipeline, name, relation.columns());
        found.add(pipeline);
      }
    }
    return List.copyOf(found);
  }

  /**
   * @param columns those of the changes to come; what has been renamed or dropped since they were
   *     made is compared as JSON, for its type is not known any more
   */
  private void bind(Pipeline pipeline, TableName name, List<String> columns) throws SQLException {
    if (pipeline.filters().isEmpty()) {
      return;
    }
    var table = catalog.table(name);
    var kinds = new HashMap<>(table == null ? Map.of() : table.kinds());
    columns.forEach(column -> kinds.putIfAbsent(column, ColumnKind.ANY));
    pipeline.bind(name, kinds);
  }
}
