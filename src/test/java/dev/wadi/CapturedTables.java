package dev.wadi;

import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A database with one Wadi that captures some of its tables, all actions, into one event table. */
final class CapturedTables implements AutoCloseable {

  private static final String EVENTS =
      """
      select action, record_pk, record, changes, array_to_string(unavailable, ',')
        from public.events
       where id > %d
       order by id
      """;

  private final EmbeddedDatabase database;
  private final Map<String, String> environment;
  private WadiInside wadi;
  private long seen;

  private CapturedTables(EmbeddedDatabase database, Map<String, String> environment) {
    this.database = database;
    this.environment = environment;
    this.wadi = WadiInside.start(environment).awaitStreaming();
  }

  /**
   * @param tables names as a pipeline lists them
   */
  static CapturedTables start(Path folder, String ddl, List<String> tables) throws IOException {
    var database = EmbeddedDatabase.create();
    database.execute(ddl);
    Capture.createEventTable(database, "public.events");
    var names = String.join(",", tables).replace("\\", "\\\\").replace("\"", "\\\"");
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline(
                "all",
                names + "\"\n        actions: \"insert,update,delete,truncate",
                "public.events");
    var environment = WadiEnvironment.of(database, routes);
    environment.put("WADI_CAPTURE_HEARTBEAT_INTERVAL_MS", "100");
    return new CapturedTables(database, environment);
  }

  EmbeddedDatabase database() {
    return database;
  }

  WadiInside wadi() {
    return wadi;
  }

  /** Runs statements, each in a transaction of its own, and returns the events that they made. */
  List<String> eventsOf(String... statements) {
    skipEvents();
    for (var statement : statements) {
      database.execute(statement);
    }
    return newEvents();
  }

  /** Runs statements while Wadi is stopped, so that it reads them with the catalog of later. */
  List<String> eventsOfLaggingBehind(String... statements) {
    skipEvents();
    wadi.close();
    for (var statement : statements) {
      database.execute(statement);
    }
    wadi = WadiInside.start(environment).awaitStreaming();
    return newEvents();
  }

  void restart() {
    wadi.close();
    wadi = WadiInside.start(environment).awaitStreaming();
  }

  /** Everything up to now has been seen. */
  void skipEvents() {
    Capture.awaitCaughtUp(database);
    seen = database.number("select coalesce(max(id), 0) from public.events");
  }

  /**
   * The events since those that have been seen, as {@code action|key|record|changes|unavailable}.
   */
  List<String> newEvents() {
    Capture.awaitCaughtUp(database);
    return database.rows(EVENTS.formatted(seen));
  }

  /** Returns when the state that {@code GET /health} shows contains a text. */
  void awaitHealth(String text) {
    await(text)
        .atMost(Duration.ofSeconds(120))
        .until(() -> wadi.health().body(), body -> body.contains(text));
  }

  @Override
  public void close() {
    wadi.close();
  }
}
