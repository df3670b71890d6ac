package dev.wadi;

import com.zaxxer.hikari.HikariDataSource;
import dev.wadi.capture.BatchGate;
import dev.wadi.capture.CaptureComponent;
import dev.wadi.capture.CaptureSetup;
import dev.wadi.capture.CaptureStatus;
import dev.wadi.capture.ChangeMapper;
import dev.wadi.eventtable.Appends;
import dev.wadi.eventtable.EventTables;
import dev.wadi.eventtable.KeptChangeReader;
import dev.wadi.eventtable.KeptChanges;
import dev.wadi.eventtable.Positions;
import dev.wadi.pipeline.ChangesComponent;
import dev.wadi.pipeline.PipelineChecks;
import dev.wadi.pipeline.PipelineFiles;
import dev.wadi.pipeline.PipelineFolder;
import dev.wadi.pipeline.PipelineMeters;
import dev.wadi.pipeline.PipelineStates;
import dev.wadi.pipeline.PipelineStatuses;
import dev.wadi.pipeline.PipelineStore;
import dev.wadi.pipeline.Pipelines;
import dev.wadi.pipeline.QuarantinedChanges;
import dev.wadi.pipeline.SourceCatalog;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.SourceDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Every object that routes refer to, made in one place; the names here are the names in the routes.
 */
final class Wiring implements AutoCloseable {

  private static final int SOURCE_POOL_SIZE = 4;

  private final Settings settings;
  private final HikariDataSource source;
  private final HikariDataSource eventLog;
  private final SourceDatabase sourceDatabase;
  private final String slot;
  private final SourceCatalog catalog;
  private final Pipelines pipelines;
  private final PipelineStates pipelineStates;
  private final KeptChanges keptChanges;
  private final PipelineMeters meters = new PipelineMeters(Clock.systemUTC());
  private final BatchGate gate = new BatchGate();
  private final PipelineFiles pipelineFiles;
  private final PipelineStore pipelineStore;
  private final CaptureSetup captureSetup;
  private final CaptureStatus captureStatus = new CaptureStatus();

  /**
   * @param skippedPipelines pipeline files to act as if they were not there
   */
  Wiring(Settings settings, Predicate<Path> skippedPipelines) {
    this.settings = settings;
    source = databaseAddress().pool("source", SOURCE_POOL_SIZE);
    eventLog = logAddress().pool("eventLog", settings.number(Setting.LOG_POOL_SIZE));
    sourceDatabase = new SourceDatabase(source);
    slot = settings.text(Setting.SLOT);
    catalog = new SourceCatalog(source);
    pipelines = new Pipelines(catalog);
    pipelineStates = new PipelineStates(eventLog, slot);
    keptChanges = new KeptChanges(new KeptChangeReader(eventLog), slot, pipelineStates, pipelines);
    var checks = new PipelineChecks(catalog, new EventTables(eventLog)::problems);
    var folder =
        new PipelineFolder(Path.of(settings.text(Setting.ROUTES), "pipelines"), skippedPipelines);
    pipelineFiles = new PipelineFiles(folder, pipelines, checks, meters, gate);
    captureSetup = newCaptureSetup();
    pipelineStore = new PipelineStore(folder, pipelineFiles, checks, pipelineStates);
  }

  /** Gives every bean to the registry under its name. */
  void bind(BiConsumer<String, Object> registry) {
    var eventTables = new EventTables(eventLog);
    registry.accept("source", source);
    registry.accept("eventLog", eventLog);
    registry.accept("debezium-postgres", new CaptureComponent(captureSetup, captureStatus));
    registry.accept("captureStatus", captureStatus);
    registry.accept("changeMapper", new ChangeMapper());
    registry.accept("changes", new ChangesComponent(pipelines, meters, keptChanges));
    registry.accept("pipelines", pipelines);
    registry.accept("eventTables", eventTables);
    registry.accept("keptChanges", keptChanges);
    registry.accept("appends", new Appends(eventTables, sourceDatabase::id, slot, keptChanges));
  }

  Pipelines pipelines() {
    return pipelines;
  }

  PipelineFiles pipelineFiles() {
    return pipelineFiles;
  }

  PipelineStore pipelineStore() {
    return pipelineStore;
  }

  PipelineStatuses pipelineStatuses() {
    return new PipelineStatuses(
        pipelines,
        pipelineFiles,
        meters,
        pipelineStates,
        catalog,
        captureStatus,
        captureSetup::leftOut);
  }

  PipelineStates pipelineStates() {
    return pipelineStates;
  }

  QuarantinedChanges quarantinedChanges() {
    return new QuarantinedChanges(eventLog, slot, pipelines, pipelineStates);
  }

  CaptureStatus captureStatus() {
    return captureStatus;
  }

  @Override
  public void close() {
    source.close();
    eventLog.close();
  }

  private CaptureSetup newCaptureSetup() {
    return new CaptureSetup(
        databaseAddress(),
        source,
        new Positions(eventLog, sourceDatabase::id),
        pipelines::requireTables,
        gate,
        keptChanges::workWaiting,
        settings.number(Setting.CAPTURE_BACKOFF_MAX_MS));
  }

  private DatabaseAddress databaseAddress() {
    return new DatabaseAddress(
        settings.text(Setting.DATABASE_URL),
        settings.text(Setting.DATABASE_USER),
        settings.text(Setting.DATABASE_PASSWORD));
  }

  private DatabaseAddress logAddress() {
    return new DatabaseAddress(
        settings.text(Setting.LOG_URL),
        settings.text(Setting.LOG_USER),
        settings.text(Setting.LOG_PASSWORD));
  }
}
