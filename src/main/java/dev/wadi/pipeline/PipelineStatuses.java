package dev.wadi.pipeline;

import dev.wadi.capture.CaptureSetup;
import dev.wadi.capture.CaptureState;
import dev.wadi.capture.CaptureStatus;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells how pipelines do, from what is counted, stored and refused. */
public final class PipelineStatuses {

  private final PipelineFiles files;
  private final PipelineStates states;
  private final PipelineMeters meters;
  private final SourceCatalog catalog;
  private final CaptureStatus capture;
  private final CaptureSetup setup;

  public PipelineStatuses(
      PipelineFiles files,
      PipelineStates states,
      PipelineMeters meters,
      SourceCatalog catalog,
      CaptureStatus capture,
      CaptureSetup setup) {
    this.files = files;
    this.states = states;
    this.meters = meters;
    this.catalog = catalog;
    this.capture = capture;
    this.setup = setup;
  }

  /** How a pipeline does now. */
  public PipelineStatus of(PipelineDefinition pipeline) throws SQLException {
    var meter = meters.of(pipeline.name());
    var counts = states.counts(pipeline.name());
    var reason = reason(pipeline);
    return new PipelineStatus(
        state(pipeline, reason),
        reason,
        meter.total(),
        meter.eventsPerMinute(),
        meter.bytesPerMinute(),
        meter.undecided(),
        instant(meter.lastCommittedAtMicros()),
        counts.quarantined(),
        counts.kept(),
        warnings(pipeline));
  }

  private String state(PipelineDefinition pipeline, String reason) throws SQLException {
    var state = states.read().get(pipeline.name());
    if (state != null) {
      return state.resuming() ? "resuming" : "paused";
    }
    if (capture.state() != CaptureState.STREAMING) {
      return capture.state().toString();
    }
    return reason.isEmpty() ? "streaming" : "error";
  }

  private String reason(PipelineDefinition pipeline) {
    var refusal = files.refusals().get(pipeline.name());
    if (refusal != null) {
      return refusal;
    }
    if (capture.state() != CaptureState.STREAMING) {
      return capture.reason();
    }
    for (var table : tables(pipeline)) {
      var problem = setup.leftOut().get(table);
      if (problem != null) {
        return "table '" + table + "': " + problem;
      }
    }
    return "";
  }

  private List<String> warnings(PipelineDefinition pipeline) throws SQLException {
    var warnings = new ArrayList<String>();
    for (var name : tables(pipeline)) {
      var table = catalog.table(name);
      if (table != null && !table.identityFull()) {
        warnings.add(
            "table '"
                + name
                + "': old values are not known, so `changes` is null and a delete's `record` holds only the key; run: alter"
                + " table "
                + name.quoted()
                + " replica identity full;");
        warnings.addAll(filterWarnings(pipeline, table));
      }
    }
    return warnings;
  }

  private static List<String> filterWarnings(
      PipelineDefinition pipeline, SourceCatalog.Table table) {
    var warnings = new ArrayList<String>();
    for (var filter : pipeline.filters()) {
      var column = table.columns().get(filter.column());
      if (column != null && !column.onDelete() && pipeline.actions().contains("delete")) {
        warnings.add(
            "table '"
                + table.name()
                + "': the filter on '"
                + filter.column()
                + "' leaves deletes out, whose old value is not known; run: alter table "
                + table.name().quoted()
                + " replica identity full;");
      }
    }
    return warnings;
  }

  private static List<TableName> tables(PipelineDefinition pipeline) {
    var tables = new ArrayList<TableName>();
    for (var pattern : pipeline.sources()) {
      var exact = pattern.exact();
      if (exact != null) {
        tables.add(exact);
      }
    }
    return tables;
  }

  private static @Nullable Instant instant(long micros) {
    return micros == 0 ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
