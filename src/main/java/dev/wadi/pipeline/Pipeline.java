package dev.wadi.pipeline;

import dev.wadi.change.Action;
import dev.wadi.change.SourceTable;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.TablePattern;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** A running pipeline: which changes it wants and where its route begins. */
final class Pipeline {

  private final String name;
  private final List<TablePattern> tables;
  private final Set<Action> actions;
  private final List<Filter> filters;
  private final boolean backfill;
  private final Endpoint entry;
  private volatile @Nullable Processor route;
  private volatile @Nullable String plainEventTable;
  private final Map<TableName, Filters> filtersByTable = new ConcurrentHashMap<>();

  /**
   * @param name the route's id
   * @param entry endpoint that a wanted change is sent to
   */
  Pipeline(
      String name,
      List<TablePattern> tables,
      Set<Action> actions,
      List<Filter> filters,
      boolean backfill,
      Endpoint entry) {
    this.name = name;
    this.tables = tables;
    this.actions = actions;
    this.filters = filters;
    this.backfill = backfill;
    this.entry = entry;
  }

  String name() {
    return name;
  }

  List<TablePattern> tables() {
    return tables;
  }

  Set<Action> actions() {
    return actions;
  }

  List<Filter> filters() {
    return filters;
  }

  /** Whether the rows that are there already become events, too. */
  boolean backfill() {
    return backfill;
  }

  boolean isStarted() {
    return route != null;
  }

  Endpoint entry() {
    return entry;
  }

  /** Notes that the route has nothing but source and sink; null if it has more. */
  void plain(@Nullable String eventTable) {
    plainEventTable = eventTable;
  }

  /** The event table, if the route has nothing but source and sink and runs. */
  @Nullable String plainEventTable() {
    return route == null ? null : plainEventTable;
  }

  /**
   * The first step of the route.
   *
   * @throws IllegalStateException while it is stopped: its changes must not be passed by
   */
  Processor requireRoute() {
    var firstStep = route;
    if (firstStep == null) {
      throw new IllegalStateException(
          "pipeline '"
              + name
              + "': its route is stopped; start it, or delete its file to capture without it");
    }
    return firstStep;
  }

  void started(Processor firstStep) {
    route = firstStep;
  }

  void stopped() {
    route = null;
  }

  boolean hasPattern() {
    return tables.stream().anyMatch(table -> table.exact() == null);
  }

  boolean wants(TableName table, Action action) {
    return actions.contains(action) && captures(table);
  }

  boolean captures(TableName table) {
    return tables.stream().anyMatch(pattern -> pattern.matches(table));
  }

  /**
   * Makes the filters ready for a table, anew whenever its columns have changed. Of a table that is
   * not as they suppose no change passes.
   */
  void bind(TableName table, Map<String, ColumnKind> kinds) {
    try {
      filtersByTable.put(table, Filters.of(filters, table.toString(), kinds));
    } catch (IllegalArgumentException e) {
      // Status and check say so.
      filtersByTable.remove(table);
    }
  }

  Verdict test(SourceTable table, dev.wadi.change.Row row) {
    if (filters.isEmpty()) {
      return Verdict.MATCH;
    }
    var bound = filtersByTable.get(new TableName(table.schema(), table.name()));
    return bound == null ? Verdict.UNKNOWN : bound.test(row);
  }
}
