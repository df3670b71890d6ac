package dev.wadi.pipeline;

import dev.wadi.capture.CaptureState;
import dev.wadi.capture.CaptureStatus;
import dev.wadi.capture.Gaps;
import dev.wadi.capture.TableCheck;
import dev.wadi.change.Action;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells how pipelines do. */
public final class PipelineStatuses {

  private record Standing(String state, String reason) {}

  private final Pipelines pipelines;
  private final PipelineFiles files;
  private final PipelineMeters meters;
  private final PipelineStates states;
  private final Backfills backfills;
  private final SourceCatalog catalog;
  private final CaptureStatus capture;
  private final Supplier<Map<TableName, String>> leftOut;
  private final Gaps gaps;

  /**
   * @param leftOut tables that cannot be captured, with the reason
   * @param gaps what was not captured
   */
  public PipelineStatuses(
      Pipelines pipelines,
      PipelineFiles files,
      PipelineMeters meters,
      PipelineStates states,
      Backfills backfills,
      SourceCatalog catalog,
      CaptureStatus capture,
      Supplier<Map<TableName, String>> leftOut,
      Gaps gaps) {
    this.pipelines = pipelines;
    this.files = files;
    this.meters = meters;
    this.states = states;
    this.backfills = backfills;
    this.catalog = catalog;
    this.capture = capture;
    this.leftOut = leftOut;
    this.gaps = gaps;
  }

  /** How a pipeline does at this moment. */
  public PipelineStatus of(String name) throws SQLException {
    var meter = meters.of(name);
    var counts = states.counts(name);
    var standing = standing(name);
    return new PipelineStatus(
        standing.state(),
        standing.reason(),
        meter.total(),
        meter.eventsPerMinute(),
        meter.bytesPerMinute(),
        meter.undecided(),
        instant(meter.lastCommittedAtMicros()),
        counts.quarantined(),
        counts.kept(),
        backfills.status(name),
        warnings(name));
  }

  private Standing standing(String name) throws SQLException {
    var refusal = files.refusals().getOrDefault(name, "");
    if (!pipelines.runs(name)) {
      return new Standing("error", refusal.isEmpty() ? "its file is not loaded yet" : refusal);
    }
    if (capture.state() != CaptureState.STREAMING) {
      return new Standing(capture.state().toString(), capture.reason());
    }
    var state = states.read().get(name);
    if (state != null) {
      return new Standing(state.resuming() ? "resuming" : "paused", "");
    }
    return new Standing(capture.state().toString(), "");
  }

  private List<String> warnings(String name) throws SQLException {
    var warnings = new ArrayList<String>();
    boolean runs = pipelines.runs(name);
    var refusal = files.refusals().get(name);
    if (refusal != null) {
      warnings.add(runs ? refusal + "; the version before goes on" : refusal);
    }
    if (!runs) {
      return warnings;
    }
    var pipeline = pipelines.require(name);
    var problems = leftOut.get();
    for (var table : pipelines.tables()) {
      if (pipeline.captures(table)) {
        var problem = problems.get(table);
        if (problem != null) {
          warnings.add("table '" + table + "': is not captured: " + problem);
        }
        var found = catalog.table(table);
        if (found != null) {
          addFilterWarnings(warnings, pipeline, found);
          addIdentityWarnings(warnings, pipeline, found);
        }
      }
    }
    addGapWarnings(warnings, pipeline);
    return warnings;
  }

  private void addGapWarnings(List<String> warnings, Pipeline pipeline) {
    for (var gap : gaps.open()) {
      boolean concerns = gap.table().isEmpty() || pipeline.captures(TableName.read(gap.table()));
      if (concerns) {
        warnings.add(gap.text());
      }
    }
  }

  private static void addFilterWarnings(
      List<String> warnings, Pipeline pipeline, SourceCatalog.Table table) {
    for (var problem : table.problems(pipeline.filters())) {
      warnings.add(problem + "; none of its changes passes");
    }
  }

  private static void addIdentityWarnings(
      List<String> warnings, Pipeline pipeline, SourceCatalog.Table table) {
    if (table.identityFull()) {
      return;
    }
    var name = table.name();
    var remedy = "; run: " + TableCheck.fullIdentity(name, table.partitionsWithoutOldRows());
    warnings.add(
        "table '"
            + name
            + "': its replica identity is not full, so updates come without old values and deletes"
            + " with the key only"
            + remedy);
    for (var filter : pipeline.filters()) {
      var column = table.columns().get(filter.column());
      boolean unseen = column != null && !column.onDelete();
      if (unseen && pipeline.wants(name, Action.DELETE)) {
        warnings.add(
            "filter on '"
                + filter.column()
                + "': a delete of table '"
                + name
                + "' does not bring this column, so no delete passes"
                + remedy);
      }
    }
  }

  private static @Nullable Instant instant(long micros) {
    return micros == 0 ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
