package dev.wadi;

import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.playground.PlaygroundServer;
import dev.wadi.playground.PlaygroundSettings;
import dev.wadi.postgres.TableName;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.main.Main;
import picocli.CommandLine.Command;

/**
 * One start with nothing of the user's: an own database, own ports, an own pipeline. Java, told to
 * keep what it loaded, has it for the next start; see {@code ./wadi}.
 */
@Command(
    name = "warm-up",
    description = "Starts once on a database of its own, so that Java can keep what it loaded.",
    mixinStandardHelpOptions = true)
final class WarmUpCommand implements Callable<Integer> {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long LOOK_MS = 50;
  private static final String PIPELINE = "region_to_sequin_events.camel.yaml";
  private static final String PIPELINE_TEXT = "/warm-up.camel.yaml";
  private static final TableName EVENT_TABLE = new TableName("public", "sequin_events");
  private static final String TOKEN = "warm-up";

  /** Nothing is encrypted with it; without one, one would be made in the working directory. */
  private static final String NO_SECRET = "A".repeat(43) + "=";

  @Override
  public Integer call() throws Exception {
    var folder = Files.createTempDirectory("wadi-warm-up-");
    try {
      warmUp(folder);
    } finally {
      delete(folder);
    }
    return 0;
  }

  private static void warmUp(Path folder) throws Exception {
    copyRoutes(Path.of("routes"), folder.resolve("routes"));
    var place = new PlaygroundSettings(folder.resolve("postgres"), freePort(), false);
    try (var server = PlaygroundServer.start(place);
        var database =
            DriverManager.getConnection(
                server.jdbcUrl(), PlaygroundServer.USER, PlaygroundServer.PASSWORD)) {
      execute(database, new EventTableDdl(EVENT_TABLE, null).statements());
      capture(settings(folder, server), database);
    }
  }

  private static void capture(Settings settings, Connection database) throws Exception {
    try (var wiring = new Wiring(settings, file -> false)) {
      wiring.prepareSchema();
      var main = new WadiServer(settings, file -> false).main(wiring);
      var run = CompletableFuture.runAsync(() -> run(main));
      awaitEvent(run, database);
      visit(settings, Setting.HTTP_PORT, List.of("/health", "/", "/api/pipelines"));
      visit(
          settings,
          Setting.MANAGEMENT_PORT,
          List.of("/observe/health", "/observe/health/ready", "/observe/metrics"));
      main.completed();
      run.join();
    }
  }

  private static void run(Main main) {
    try {
      main.run();
    } catch (Exception e) {
      throw new IllegalStateException("Wadi did not start: " + Failure.sentence(e), e);
    }
  }

  private static void awaitEvent(CompletableFuture<Void> run, Connection database)
      throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!hasEvents(database)) {
      if (run.isDone() || System.nanoTime() > end) {
        throw new IllegalStateException("nothing was captured within " + LIMIT.toSeconds() + " s");
      }
      execute(database, "update public.regions set name = name");
      Thread.sleep(LOOK_MS);
    }
  }

  private static boolean hasEvents(Connection database) throws SQLException {
    try (var statement = database.createStatement();
        var row =
            statement.executeQuery("select exists (select from " + EVENT_TABLE.quoted() + ")")) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** What they answer is of no interest; that the code behind them was run is. */
  private static void visit(Settings settings, Setting port, List<String> paths)
      throws IOException {
    for (var path : paths) {
      var url = URI.create("http://127.0.0.1:" + settings.text(port) + path).toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setRequestProperty("Authorization", "Bearer " + TOKEN);
      connection.getResponseCode();
      connection.disconnect();
    }
  }

  private static Settings settings(Path folder, PlaygroundServer server) throws IOException {
    return Settings.load(folder, Map.of())
        .with(
            Map.of(
                Setting.DATABASE_URL,
                server.jdbcUrl(),
                Setting.LOG_URL,
                server.jdbcUrl(),
                Setting.DATABASE_PASSWORD,
                PlaygroundServer.PASSWORD,
                Setting.LOG_PASSWORD,
                PlaygroundServer.PASSWORD))
        .with(
            Map.of(
                Setting.HTTP_PORT,
                Integer.toString(freePort()),
                Setting.MANAGEMENT_PORT,
                Integer.toString(freePort()),
                Setting.API_TOKEN,
                TOKEN,
                Setting.SECRET_KEY,
                NO_SECRET,
                Setting.ROUTES,
                folder.resolve("routes").toString()));
  }

  /** No pipeline of the user's, and no webhook: nothing here may reach anyone. */
  private static void copyRoutes(Path from, Path to) throws IOException {
    copyFiles(from, to);
    copyFiles(from.resolve("kamelets"), to.resolve("kamelets"));
    var pipelines = Files.createDirectories(to.resolve("pipelines"));
    try (var text = WarmUpCommand.class.getResourceAsStream(PIPELINE_TEXT)) {
      Files.copy(Objects.requireNonNull(text), pipelines.resolve(PIPELINE));
    }
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void execute(Connection database, String sql) throws SQLException {
    try (var statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
