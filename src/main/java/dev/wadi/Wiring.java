package dev.wadi;

import com.zaxxer.hikari.HikariDataSource;
import dev.wadi.api.ApiDoor;
import dev.wadi.api.EventApi;
import dev.wadi.api.EventTableApi;
import dev.wadi.api.OpenApi;
import dev.wadi.api.TableApi;
import dev.wadi.api.Tokens;
import dev.wadi.capture.CaptureComponent;
import dev.wadi.capture.CaptureSetup;
import dev.wadi.capture.CaptureStatus;
import dev.wadi.capture.ChangeMapper;
import dev.wadi.eventtable.Appends;
import dev.wadi.eventtable.EventTables;
import dev.wadi.eventtable.Events;
import dev.wadi.eventtable.Positions;
import dev.wadi.pipeline.ChangesComponent;
import dev.wadi.pipeline.Pipelines;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.SourceDatabase;
import dev.wadi.postgres.SourceTables;
import java.time.Clock;
import java.util.function.BiConsumer;

/**
 * Every object that routes refer to, made in one place; the names here are the names in the routes.
 */
final class Wiring implements AutoCloseable {

  private static final int SOURCE_POOL_SIZE = 4;

  private final Settings settings;
  private final HikariDataSource source;
  private final HikariDataSource eventLog;
  private final SourceDatabase sourceDatabase;
  private final Tokens tokens;
  private final Pipelines pipelines = new Pipelines();
  private final CaptureStatus captureStatus = new CaptureStatus();

  Wiring(Settings settings) {
    this.settings = settings;
    source = databaseAddress().pool("source", SOURCE_POOL_SIZE);
    eventLog = logAddress(settings).pool("eventLog", settings.number(Setting.LOG_POOL_SIZE));
    sourceDatabase = new SourceDatabase(source);
    tokens = new Tokens(eventLog, settings.text(Setting.API_TOKEN), Clock.systemUTC());
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
    registry.accept("wanted", pipelines.wanted());
    registry.accept("recipients", pipelines.recipients());
    registry.accept("eventTables", eventTables);
    registry.accept("apiDoor", new ApiDoor(tokens));
    registry.accept("openApi", new OpenApi());
    registry.accept("tableApi", new TableApi(new SourceTables(source)));
    registry.accept("eventTableApi", new EventTableApi(eventTables));
    registry.accept("eventApi", new EventApi(eventTables, new Events(eventLog)));
    registry.accept(
        "appends", new Appends(eventTables, sourceDatabase::id, settings.text(Setting.SLOT)));
  }

  Pipelines pipelines() {
    return pipelines;
  }

  Tokens tokens() {
    return tokens;
  }

  CaptureStatus captureStatus() {
    return captureStatus;
  }

  @Override
  public void close() {
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

  /** The event-log database that settings name. */
  static DatabaseAddress logAddress(Settings settings) {
    return new DatabaseAddress(
        settings.text(Setting.LOG_URL),
        settings.text(Setting.LOG_USER),
        settings.text(Setting.LOG_PASSWORD));
  }
}
