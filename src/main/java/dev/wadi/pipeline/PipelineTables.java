package dev.wadi.pipeline;

import dev.wadi.capture.Finding;
import dev.wadi.postgres.TableName;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The tables that the pipeline files name, read without starting a pipeline.
 *
 * @param sources captured tables, patterns resolved
 * @param backfilled those of the captured tables whose rows are read, too
 * @param eventTables where their events go
 * @param findings files that cannot be read
 */
public record PipelineTables(
    Set<TableName> sources,
    Set<TableName> backfilled,
    Set<TableName> eventTables,
    List<Finding> findings) {

  /**
   * Reads every file.
   *
   * @param placeholders fills in what a file leaves to the settings
   */
  public static PipelineTables read(
      PipelineFolder folder, SourceCatalog catalog, UnaryOperator<String> placeholders)
      throws IOException, SQLException {
    var tables =
        new PipelineTables(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new ArrayList<>());
    var contents = folder.contents();
    contents
        .unreadable()
        .forEach(
            (name, reason) ->
                tables.findings.add(
                    Finding.error("pipeline '" + name + "': " + reason.getMessage())));
    for (var text : contents.texts().entrySet()) {
      try {
        var file = PipelineFile.parse(text.getKey(), text.getValue());
        tables.add(file, file.resolved(placeholders), catalog, placeholders);
      } catch (PipelineFileException | IllegalArgumentException e) {
        tables.findings.add(Finding.error("pipeline '" + text.getKey() + "': " + e.getMessage()));
      }
    }
    return tables;
  }

  private void add(
      PipelineFile file,
      PipelineDefinition pipeline,
      SourceCatalog catalog,
      UnaryOperator<String> placeholders)
      throws SQLException {
    for (var name : file.eventTables()) {
      eventTables.add(TableName.parse(placeholders.apply(name)));
    }
    var captured = new TreeSet<TableName>();
    for (var pattern : pipeline.sources()) {
      var exact = pattern.exact();
      if (exact != null) {
        captured.add(exact);
      } else {
        catalog.tables().stream().filter(pattern::matches).forEach(captured::add);
      }
    }
    for (var table : captured) {
      checkFilters(pipeline, table, catalog);
    }
    sources.addAll(captured);
    if (pipeline.backfill()) {
      backfilled.addAll(captured);
    }
  }

  private static boolean isExact(PipelineDefinition pipeline, TableName name) {
    return pipeline.sources().stream().anyMatch(pattern -> name.equals(pattern.exact()));
  }

  private void checkFilters(PipelineDefinition pipeline, TableName name, SourceCatalog catalog)
      throws SQLException {
    var table = pipeline.filters().isEmpty() ? null : catalog.table(name);
    if (table != null) {
      var refused = isExact(pipeline, name) ? table.problems(pipeline.filters(), true) : List.of();
      for (var problem : table.problems(pipeline.filters())) {
        var text = "pipeline '" + pipeline.name() + "': " + problem;
        findings.add(
            refused.contains(problem)
                ? Finding.error(text + "; capture waits at its start")
                : Finding.warning(text + "; none of its changes passes"));
      }
    }
  }
}
