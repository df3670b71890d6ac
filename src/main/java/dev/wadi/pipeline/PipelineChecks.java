package dev.wadi.pipeline;

import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rules that only the databases can tell to be kept. */
public final class PipelineChecks {

  private static final String TABLE = "source.table";
  private static final String FILTERS = "filters";
  private static final String EVENT_TABLE = "destination.table";

  private final SourceCatalog catalog;
  private final EventTableCheck eventTables;

  public PipelineChecks(SourceCatalog catalog, EventTableCheck eventTables) {
    this.catalog = catalog;
    this.eventTables = eventTables;
  }

  /**
   * @throws PipelineRefusedException with every rule that is broken, by the field names of the API
   */
  public void require(PipelineDefinition pipeline) throws SQLException {
    var problems = new TreeMap<>(pipeline.problems());
    if (problems.isEmpty()) {
      add(problems, TABLE, tables(pipeline));
      add(problems, FILTERS, filters(pipeline, false));
      add(problems, EVENT_TABLE, eventTables.problems(pipeline.destination()));
    }
    if (problems.isEmpty() && pipeline.backfill()) {
      addBackfill(problems, pipeline);
    }
    if (!problems.isEmpty()) {
      throw new PipelineRefusedException(pipeline.name(), problems);
    }
  }

  /**
   * @throws PipelineRefusedException if the rows of its tables cannot be read, or its event table
   *     does not take them
   */
  void requireBackfill(PipelineDefinition pipeline) throws SQLException {
    var problems = new TreeMap<String, List<String>>();
    addBackfill(problems, pipeline);
    if (!problems.isEmpty()) {
      throw new PipelineRefusedException(pipeline.name(), problems);
    }
  }

  private void addBackfill(Map<String, List<String>> problems, PipelineDefinition pipeline)
      throws SQLException {
    add(problems, "backfill", backfill(pipeline));
    add(problems, EVENT_TABLE, eventTables.readProblems(pipeline.destination()));
  }

  private List<String> backfill(PipelineDefinition pipeline) throws SQLException {
    var problems = new ArrayList<String>();
    for (var name : exact(pipeline)) {
      var problem = catalog.backfillProblem(name);
      if (!problem.isEmpty()) {
        problems.add(problem);
      }
    }
    return problems;
  }

  /**
   * Checks a file.
   *
   * @param pipeline what it says, placeholders resolved
   * @param missingTablesAllowed whether tables and columns may have gone: what they were before is
   *     still to come from the WAL
   */
  void require(
      PipelineFile file,
      PipelineDefinition pipeline,
      List<String> eventTableNames,
      boolean missingTablesAllowed)
      throws PipelineFileException, SQLException {
    for (var problem : pipeline.problems().entrySet()) {
      throw new PipelineFileException(
          lineOf(file, problem.getKey()), String.join("; ", problem.getValue()));
    }
    if (!missingTablesAllowed) {
      requireNone(file.lineOfSource("table"), tables(pipeline));
    }
    requireNone(file.lineOfSource(FILTERS), filters(pipeline, missingTablesAllowed));
    requireNone(file.lineOfSource("table"), captured(pipeline));
    for (var name : eventTableNames) {
      requireNone(file.lineOfSink(name), eventTables.problems(TableName.parse(name)));
    }
    if (pipeline.backfill()) {
      requireBackfill(file, pipeline, eventTableNames);
    }
  }

  private void requireBackfill(
      PipelineFile file, PipelineDefinition pipeline, List<String> eventTableNames)
      throws PipelineFileException, SQLException {
    requireNone(file.lineOfSource("backfill"), backfill(pipeline));
    for (var name : eventTableNames) {
      requireNone(file.lineOfSink(name), eventTables.readProblems(TableName.parse(name)));
    }
  }

  private static int lineOf(PipelineFile file, String field) {
    return switch (field) {
      case TABLE -> file.lineOfSource("table");
      case "actions" -> file.lineOfSource("actions");
      case EVENT_TABLE -> file.lineOfSink(file.eventTables().get(0));
      default -> 0;
    };
  }

  private List<String> tables(PipelineDefinition pipeline) throws SQLException {
    var problems = new ArrayList<>(captured(pipeline));
    for (var name : exact(pipeline)) {
      var table = catalog.table(name);
      if (table == null) {
        problems.add("table '" + name + "': does not exist; create it first or correct the name");
      } else if (!table.ordinary()) {
        problems.add(
            "table '"
                + name
                + "': is not a table; only tables and partitioned tables have changes");
      }
    }
    return problems;
  }

  private List<String> captured(PipelineDefinition pipeline) throws SQLException {
    var problems = new ArrayList<String>();
    for (var name : exact(pipeline)) {
      var table = catalog.table(name);
      boolean isEventTable = table != null && table.isEventTable();
      if (name.schema().equals(WadiSchema.NAME)) {
        problems.add("table '" + name + "': is in Wadi's own schema; move it to another one");
      } else if (isEventTable || name.equals(pipeline.destination())) {
        problems.add(
            "table '" + name + "': Source table cannot be an event table. Choose another one");
      }
    }
    return problems;
  }

  private List<String> filters(PipelineDefinition pipeline, boolean missingColumnsAllowed)
      throws SQLException {
    var problems = new ArrayList<String>();
    if (pipeline.filters().isEmpty()) {
      return problems;
    }
    for (var name : exact(pipeline)) {
      var table = catalog.table(name);
      if (table != null) {
        problems.addAll(table.problems(pipeline.filters(), missingColumnsAllowed));
      }
    }
    return problems;
  }

  private static List<TableName> exact(PipelineDefinition pipeline) {
    var tables = new ArrayList<TableName>();
    for (var pattern : pipeline.sources()) {
      var exact = pattern.exact();
      if (exact != null) {
        tables.add(exact);
      }
    }
    return tables;
  }

  private static void add(Map<String, List<String>> problems, String field, List<String> found) {
    if (!found.isEmpty()) {
      problems.put(field, found);
    }
  }

  private static void requireNone(int line, List<String> problems) throws PipelineFileException {
    if (!problems.isEmpty()) {
      throw new PipelineFileException(line, String.join("; ", problems));
    }
  }
}
