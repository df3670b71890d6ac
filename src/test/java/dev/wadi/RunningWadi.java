package dev.wadi;

import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.pipeline.PipelineStatus;
import dev.wadi.pipeline.PipelineStore;
import dev.wadi.pipeline.QuarantinedChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/** Wadi in the process of the test. */
final class RunningWadi implements AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(60);

  private final Database database;
  private final RouteFiles routes;
  private final Wiring wiring;
  private final Main main;

  private RunningWadi(Database database, RouteFiles routes) {
    this.database = database;
    this.routes = routes;
    var settings = Settings.load(routes.folder(), WadiEnvironment.of(database, routes));
    wiring = new Wiring(settings, file -> false);
    main = new WadiServer(settings, file -> false).main(wiring);
  }

  /** Returns when Camel has started; capture may still be waiting. */
  static RunningWadi start(Database database, RouteFiles routes) {
    var wadi = new RunningWadi(database, routes);
    wadi.main.start();
    wadi.wiring.pipelineFiles().start(wadi.camel());
    return wadi;
  }

  RunningWadi awaitStreaming() {
    await("Wadi streams").atMost(LIMIT).until(() -> health().contains("streaming"));
    return this;
  }

  /** State and reason. */
  String health() {
    return wiring.captureStatus().health().toString();
  }

  CamelContext camel() {
    return main.getCamelContext();
  }

  PipelineStore store() {
    return wiring.pipelineStore();
  }

  PipelineStatus status(String pipeline) {
    try {
      return wiring.pipelineStatuses().of(pipeline);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  QuarantinedChanges quarantine() {
    return wiring.quarantinedChanges();
  }

  String refusal(String pipeline) {
    return wiring.pipelineFiles().refusals().getOrDefault(pipeline, "");
  }

  boolean runs(String pipeline) {
    return wiring.pipelines().runs(pipeline);
  }

  /** The text of the file that runs; empty if none does. */
  String runningText(String pipeline) {
    return wiring.pipelineFiles().runningText(pipeline);
  }

  /** How often capture had to begin anew. */
  long restarts() {
    return wiring.captureStatus().starts();
  }

  /** How many changes capture has stored, before pipelines filtered them. */
  long changes() {
    return wiring.captureStatus().changes();
  }

  Path file(String pipeline) {
    return routes.folder().resolve("pipelines").resolve(pipeline + ".camel.yaml");
  }

  void write(String pipeline, String text) throws IOException {
    Files.writeString(file(pipeline), text);
  }

  /** Returns when the changes of a table are sent to Wadi. */
  void awaitPublished(String table) {
    Capture.awaitPublished(database, table);
  }

  /** The events of a table once everything committed until now is stored. */
  List<String> events(String columns, String eventTable) {
    Capture.awaitCaughtUp(database);
    return database.rows("select " + columns + " from " + eventTable + " order by id");
  }

  /**
   * How many events there are and of how many rows, once everything committed until now is stored.
   */
  List<String> counts(String eventTable) {
    Capture.awaitCaughtUp(database);
    return database.rows("select count(*), count(distinct record_pk) from " + eventTable);
  }

  @Override
  public void close() {
    main.stop();
    wiring.close();
  }
}
