package dev.wadi;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * One Wadi over one database that the tests of the API share; it runs until the JVM ends. Two that
 * capture do not get on in one JVM: Debezium's metrics have one name.
 */
final class WadiForApi {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  static final String TOKEN = "token-of-the-tests";

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final EmbeddedDatabase database = EmbeddedDatabase.create();
  private final RouteFiles routes = copiedRoutes();
  private final Map<String, String> environment = WadiEnvironment.of(database, routes);
  private final WadiInside wadi;

  private static final class Shared {
    private static final WadiForApi WADI = new WadiForApi();
  }

  private WadiForApi() {
    environment.put("WADI_API_TOKEN", TOKEN);
    environment.put("WADI_CONSUMER_SILENCE_MS", "30000");
    wadi = WadiInside.start(environment).awaitStreaming();
    Runtime.getRuntime().addShutdownHook(new Thread(wadi::close));
  }

  static WadiForApi shared() {
    return Shared.WADI;
  }

  ApiClient api() {
    return new ApiClient("http://127.0.0.1:" + environment.get("WADI_HTTP_PORT"), TOKEN);
  }

  /** A copy of the settings it runs with. */
  Map<String, String> environment() {
    return new HashMap<>(environment);
  }

  EmbeddedDatabase database() {
    return database;
  }

  /** The folder of the pipelines' files. */
  Path pipelineFiles() {
    return routes.folder().resolve("pipelines");
  }

  WadiInside inside() {
    return wadi;
  }

  /** Connections to the event log that someone holds at this moment. */
  int connectionsInUse() {
    var eventLog = wadi.camel().getRegistry().lookupByNameAndType("eventLog", DataSource.class);
    try {
      return eventLog.unwrap(HikariDataSource.class).getHikariPoolMXBean().getActiveConnections();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns when somebody waits for what a transaction holds. */
  void awaitHeldUpBy(Connection transaction) throws SQLException {
    int holder = transaction.unwrap(PGConnection.class).getBackendPID();
    var waiting = "exists (select from pg_stat_activity where %d = any (pg_blocking_pids(pid)))";
    await("somebody waits").atMost(LIMIT).until(() -> database.holds(waiting.formatted(holder)));
  }

  /** A name nobody else has. */
  String name(String prefix) {
    return prefix + COUNT.incrementAndGet();
  }

  /** A table with rows {@code (id, note)} for a pipeline to capture. */
  String sourceTable() {
    var table = "public." + name("source_");
    database.execute("create table " + table + " (id int primary key, note text)");
    database.execute("alter table " + table + " replica identity full");
    return table;
  }

  /** An event table that Wadi knows. */
  String eventTable() {
    var table = "public." + name("events_");
    require(201, api().post("/api/event_tables", "{\"table\": \"%s\"}".formatted(table)));
    return table;
  }

  /** A pipeline over a table of its own. */
  Captured captured() {
    var captured = new Captured(this, name("pipeline_"), sourceTable(), eventTable());
    require(201, api().post("/api/pipelines", captured.json()));
    awaitPublished(captured.source());
    return captured;
  }

  /** Returns when the changes of a table come. */
  void awaitPublished(String table) {
    Capture.awaitPublished(database, table);
  }

  /** A consumer group over a pipeline of its own. */
  Consumed consumed(String options) {
    var captured = captured();
    var stream = name("stream_");
    var group = name("group_");
    var body = "{\"name\": \"%s\", \"table\": \"%s\"}".formatted(stream, captured.events());
    require(201, api().post("/api/streams", body));
    body = "{\"name\": \"%s\", \"stream\": \"%s\" %s}".formatted(group, stream, options);
    require(201, api().post("/api/consumer_groups", body));
    return new Consumed(captured, stream, group);
  }

  /** A pipeline by its name and tables. */
  record Captured(WadiForApi wadi, String name, String source, String events) {

    String json() {
      return """
      {"name": "%s", "source": {"table": "%s"}, "destination": {"table": "%s"}}\
      """
          .formatted(name, source, events);
    }

    /**
     * Commits a row for each id and returns when their events are stored. In one transaction, so
     * that a group which has the first has all.
     */
    void insert(int... ids) {
      var rows = IntStream.of(ids).mapToObj(id -> "(" + id + ", 'made')").toList();
      wadi.database.execute("insert into " + source + " values " + String.join(", ", rows));
      Capture.awaitCaughtUp(wadi.database);
    }
  }

  /** A consumer group with what it reads. */
  record Consumed(Captured captured, String stream, String group) {

    /** The path of a call in the predecessor's family of URLs. */
    String pull(String call) {
      return "/api/http_pull_consumers/" + group + "/" + call;
    }

    /** The path of a call in Wadi's own. */
    String path(String call) {
      return "/api/consumer_groups/" + group + "/" + call;
    }

    ApiClient.Reply receive(int batchSize) {
      return captured.wadi.api().get(pull("receive?wait_for=20s&batch_size=" + batchSize));
    }

    ApiClient.Reply ack(List<String> ackIds) {
      return captured.wadi.api().post(pull("ack"), ackIds(ackIds));
    }
  }

  /** A body with ack ids. */
  static String ackIds(List<String> ackIds) {
    return "{\"ack_ids\": [\"" + String.join("\", \"", ackIds) + "\"]}";
  }

  static List<String> ackIds(ApiClient.Reply received) {
    return received.json().path("data").findValuesAsText("ack_id");
  }

  /** The {@code record_pk} of what was received, in the order it came. */
  static List<String> keys(ApiClient.Reply received) {
    return received.json().path("data").findValuesAsText("record_pk");
  }

  private static void require(int status, ApiClient.Reply reply) {
    if (reply.status() != status) {
      throw new IllegalStateException("got " + reply.status() + ": " + reply.body());
    }
  }

  private static RouteFiles copiedRoutes() {
    try {
      return RouteFiles.copiedTo(Files.createTempDirectory("wadi-api"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
