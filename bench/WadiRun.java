import dev.wadi.playground.PlaygroundServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Wadi as users run it: a process of its own, the shipped routes, pipelines of the benchmark's. */
final class WadiRun implements AutoCloseable {

  static final String TOKEN = "bench";
  static final String MAX_HEAP = "-Xmx512m";

  private static final Duration CALL_LIMIT = Duration.ofMinutes(2);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final BenchDatabase database;
  private final Process process;
  private final int port;

  private WadiRun(BenchDatabase database, Process process, int port) {
    this.database = database;
    this.process = process;
    this.port = port;
  }

  /** A pipeline with nothing but source and sink. */
  static String pipeline(String name, String table, String eventTable) {
    return """
      - route:
          id: %s
          description: Captures every change of a table of the benchmark's.
          routeConfigurationId: pipeline-errors
          from:
            uri: kamelet:change-source
            parameters:
              table: %s
            steps:
              - to:
                  uri: kamelet:event-table-sink
                  parameters:
                    table: %s
      """
        .formatted(name, table, eventTable);
  }

  /**
   * @param pipelines route files by their pipelines' names
   * @param settings environment variables besides those that every benchmark needs
   */
  static WadiRun start(
      BenchDatabase database, Map<String, String> pipelines, Map<String, String> settings)
      throws IOException {
    writeRoutes(database.folder().resolve("routes"), pipelines);
    int port = BenchDatabase.freePort();
    var builder =
        new ProcessBuilder(words(database.folder()))
            .directory(database.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log(database).toFile());
    var environment = builder.environment();
    environment.put("WADI_DATABASE_URL", database.server().jdbcUrl());
    environment.put("WADI_DATABASE_USER", PlaygroundServer.USER);
    environment.put("WADI_DATABASE_PASSWORD", PlaygroundServer.PASSWORD);
    environment.put("WADI_ROUTES", database.folder().resolve("routes").toString());
    environment.put("WADI_HTTP_PORT", String.valueOf(port));
    environment.put("WADI_MANAGEMENT_PORT", String.valueOf(BenchDatabase.freePort()));
    environment.put("WADI_API_TOKEN", TOKEN);
    environment.putAll(settings);
    return new WadiRun(database, builder.start(), port);
  }

  private static List<String> words(Path folder) {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of(MAX_HEAP, "-Duser.timezone=UTC", "-XX:+ExitOnOutOfMemoryError"));
    words.add("-Xlog:gc:file=" + folder.resolve("gc.log"));
    Arrays.stream(System.getenv().getOrDefault("WADI_JAVA_OPTS", "").split(" "))
        .filter(option -> !option.isEmpty())
        .forEach(words::add);
    words.addAll(List.of("-jar", Path.of("target", "wadi.jar").toAbsolutePath().toString(), "run"));
    return words;
  }

  /** The shipped routes with the benchmark's pipelines in place of the shipped one. */
  private static void writeRoutes(Path routes, Map<String, String> pipelines) throws IOException {
    var shipped = Path.of("routes");
    try (Stream<Path> files = Files.walk(shipped)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var target = routes.resolve(shipped.relativize(file));
        Files.createDirectories(target.getParent());
        if (!file.startsWith(shipped.resolve("pipelines")) && Files.notExists(target)) {
          Files.copy(file, target);
        }
      }
    }
    for (var pipeline : pipelines.entrySet()) {
      var file = routes.resolve("pipelines").resolve(pipeline.getKey() + ".camel.yaml");
      Files.writeString(file, pipeline.getValue());
    }
  }

  private static Path log(BenchDatabase database) {
    return database.folder().resolve("wadi.log");
  }

  Process process() {
    return process;
  }

  void requireRunning() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("wadi ended; its log:\n" + Files.readString(log(database)));
    }
  }

  /** Returns once so many of the benchmark's tables are published and the slot is read. */
  void awaitCapturing(int tables) throws Exception {
    database.await(
        this,
        "select count(*) >= "
            + tables
            + " and exists (select from pg_replication_slots where slot_name = 'wadi' and active)"
            + " from pg_publication_tables where pubname = 'wadi'");
  }

  /** Answers the body of a POST to the API. */
  String call(String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/" + path))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .timeout(CALL_LIMIT)
            .POST(BodyPublishers.ofString(body))
            .build();
    var answer = HTTP.send(request, BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  int port() {
    return port;
  }

  double cpuSeconds() {
    return Cpu.seconds(process.toHandle());
  }

  /** The most memory that was resident so far; -1 where the system does not tell. */
  long peakResidentMb() throws IOException {
    return memory("VmHWM:");
  }

  /** What is resident now; -1 where the system does not tell. */
  long residentMb() throws IOException {
    return memory("VmRSS:");
  }

  private long memory(String line) throws IOException {
    var status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.exists(status)) {
      return -1;
    }
    return Files.readAllLines(status).stream()
        .filter(text -> text.startsWith(line))
        .mapToLong(text -> Long.parseLong(text.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(-1);
  }

  /** Megabytes of heap in use after each collection, in order, from the collector's log. */
  List<Double> heapAfterCollections() throws IOException {
    var pause = Pattern.compile("Pause .* \\d+M->(\\d+)M\\(\\d+M\\)");
    var after = new ArrayList<Double>();
    for (var line : Files.readAllLines(database.folder().resolve("gc.log"))) {
      var found = pause.matcher(line);
      if (found.find()) {
        after.add(Double.valueOf(found.group(1)));
      }
    }
    return after;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(15, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
