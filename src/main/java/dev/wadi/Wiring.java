package dev.wadi;

import com.zaxxer.hikari.HikariDataSource;
import dev.wadi.capture.CaptureComponent;
import dev.wadi.capture.CaptureSetup;
import dev.wadi.capture.CaptureStatus;
import dev.wadi.capture.ChangeMapper;
import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.EventFilters;
import dev.wadi.eventtable.Appends;
import dev.wadi.eventtable.EventTables;
import dev.wadi.eventtable.Positions;
import dev.wadi.pipeline.ChangesComponent;
import dev.wadi.pipeline.Pipelines;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.SourceDatabase;
import dev.wadi.stream.Streams;
import java.time.Clock;
import java.util.function.BiConsumer;

/**
 * Every object that routes refer to, made in one place; the names here are the names in the routes.
 */
final class Wiring implements AutoCloseable {

  /** Reads the filters of consumer groups; one place until pipelines know filters too. */
  static final EventFilters FILTERS = EventFilters.NONE;

  private static final int SOURCE_POOL_SIZE = 4;

  private final Settings settings;
  private final HikariDataSource source;
  private final HikariDataSource eventLog;
  private final SourceDatabase sourceDatabase;
  private final Pipelines pipelines = new Pipelines();
  private final CaptureStatus captureStatus = new CaptureStatus();
  private final Streams streams;
  private final ConsumerGroups consumerGroups;
  private final Consumers consumers;

  Wiring(Settings settings) {
    this.settings = settings;
    source = databaseAddress().pool("source", SOURCE_POOL_SIZE);
    eventLog = logAddress().pool("eventLog", settings.number(Setting.LOG_POOL_SIZE));
    sourceDatabase = new SourceDatabase(source);
    streams = new Streams(eventLog);
    consumerGroups = new ConsumerGroups(eventLog, streams, FILTERS);
    consumers =
        new Consumers(logAddress().sessions(), consumerGroups, FILTERS, null, Clock.systemUTC());
  }

  /** Gives every bean to the registry under its name. */
  void bind(BiConsumer<String, Object> registry) {
    var eventTables = new EventTables(eventLog);
    registry.accept("source", source);
    registry.accept("eventLog", eventLog);
    registry.accept("debezium-postgres", new CaptureComponent(captureSetup(), captureStatus));
    registry.accept("captureStatus", captureStatus);
    registry.accept("changeMapper", new ChangeMapper());
    registry.accept("changes", new ChangesComponent(pipelines));
    registry.accept("pipelines", pipelines);
    registry.accept("eventTables", eventTables);
    registry.accept(
        "appends",
        new Appends(
            eventTables, sourceDatabase::id, settings.text(Setting.SLOT), consumers::appended));
    registry.accept("streams", streams);
    registry.accept("consumerGroups", consumerGroups);
    registry.accept("consumers", consumers);
  }

  Pipelines pipelines() {
    return pipelines;
  }

  Consumers consumers() {
    return consumers;
  }

  CaptureStatus captureStatus() {
    return captureStatus;
  }

  @Override
  public void close() {
    consumers.close();
    source.close();
    eventLog.close();
  }

  private CaptureSetup captureSetup() {
    return new CaptureSetup(
        databaseAddress(),
        source,
        new Positions(eventLog, sourceDatabase::id),
        pipelines::requireTables,
        settings.number(Setting.CAPTURE_BACKOFF_MAX_MS));
  }

  private DatabaseAddress databaseAddress() {
    return new DatabaseAddress(
        settings.text(Setting.DATABASE_URL),
        settings.text(Setting.DATABASE_USER),
        settings.text(Setting.DATABASE_PASSWORD));
  }

  private DatabaseAddress logAddress() {
    return logAddress(settings);
  }

  /** Where the event log is. */
  static DatabaseAddress logAddress(Settings settings) {
    return new DatabaseAddress(
        settings.text(Setting.LOG_URL),
        settings.text(Setting.LOG_USER),
        settings.text(Setting.LOG_PASSWORD));
  }
}
