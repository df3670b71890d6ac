package dev.wadi.kit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Two Wadi processes on one database, numbered 0 and 1, with one captured table {@code orders (id
 * text, version bigint)} whose events a stream offers to consumer groups.
 */
public final class TwoWadis implements AutoCloseable {

  private static final String TOKEN = "token-of-the-test";
  private static final Duration LIMIT = Duration.ofSeconds(180);

  private final Path folder;
  private final Database database = EmbeddedDatabase.create();
  private final List<Map<String, String>> environments = new ArrayList<>();
  private final List<ApiClient> clients = new ArrayList<>();
  private final WadiProcess[] processes = new WadiProcess[2];

  /**
   * Starts number 0, with groups that read everything from the beginning.
   *
   * @param folder where routes and logs go
   * @param options JSON fields of each group besides its name and stream, each after a comma
   * @param routeFiles routes to add, as a user would
   */
  public TwoWadis(Path folder, List<String> groups, String options, Path... routeFiles)
      throws IOException {
    this.folder = folder;
    database.execute("create table orders (id text primary key, version bigint not null)");
    Capture.createEventTable(database, "public.order_events");
    var routes =
        RouteFiles.copiedTo(folder).pipeline("orders", "public.orders", "public.order_events");
    var added = Files.createDirectories(routes.folder().resolve("webhooks"));
    for (var file : routeFiles) {
      Files.copy(file, added.resolve(file.getFileName()));
    }
    for (int number = 0; number < 2; number++) {
      var environment = WadiEnvironment.of(database, routes);
      environment.put("WADI_API_TOKEN", TOKEN);
      // A machine that stands still must not look like a kill; a kill frees the locks at once.
      environment.put("WADI_CONSUMER_SILENCE_MS", "20000");
      environments.add(environment);
      clients.add(new ApiClient(url(number), TOKEN));
    }
    start(0);
    processes[0].awaitStreaming();
    create("/api/streams", "{\"name\": \"orders\", \"table\": \"public.order_events\"}");
    for (var group : groups) {
      create(
          "/api/consumer_groups",
          "{\"name\": \"%s\", \"stream\": \"orders\"%s}".formatted(group, options));
    }
  }

  public Database database() {
    return database;
  }

  public String url(int number) {
    return "http://127.0.0.1:" + environments.get(number).get("WADI_HTTP_PORT");
  }

  public ApiClient api(int number) {
    return clients.get(number);
  }

  /** Starts a process and returns when it answers. */
  public void start(int number) throws IOException {
    var started = WadiProcess.start(folder, environments.get(number));
    processes[number] = started;
    try {
      await("Wadi answers")
          .atMost(LIMIT)
          .failFast("Wadi ended", started::requireAlive)
          .until(() -> started.health().code() != 0);
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException("Wadi has written: " + started.output(), e);
    }
  }

  public void killNine(int number) {
    processes[number].killNine();
  }

  /** How many groups a process is written down to serve. */
  public long served(int number) {
    return database.number(
        "select count(*) from wadi.consumer_groups where owner_url = '" + url(number) + "'");
  }

  /** Everything the processes have written, for a test that fails. */
  public String output(int number) {
    return processes[number].output();
  }

  @Override
  public void close() {
    for (var process : processes) {
      if (process != null) {
        process.close();
      }
    }
  }

  private void create(String path, String body) {
    var reply = api(0).post(path, body);
    if (reply.status() != 201) {
      throw new IllegalStateException("got " + reply.status() + ": " + reply.body());
    }
  }
}
