package dev.wadi;

import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.playground.PlaygroundServer;
import dev.wadi.playground.PlaygroundSettings;
import dev.wadi.postgres.TableName;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "playground",
    description = "Starts a Postgres with sample data and Wadi on top of it, all on this machine.",
    mixinStandardHelpOptions = true)
final class PlaygroundCommand implements Callable<Integer> {

  private static final String TOKEN = "wadi-playground";
  private static final TableName EVENT_TABLE = new TableName("public", "sequin_events");

  @Option(names = "--empty", description = "Without the shipped pipeline and its event table.")
  private boolean empty;

  @Option(
      names = "--reset",
      description = {
        "Deletes the playground's data first, and moves every pipeline file but the unchanged shipped one, your own too, to",
        ".wadi/pipelines-before-reset/."
      })
  private boolean reset;

  @Override
  public Integer call() throws Exception {
    var folder = Path.of("").toAbsolutePath();
    var place = PlaygroundSettings.below(folder);
    var stored = new PlaygroundSettings(place.dataDirectory(), place.port(), reset);
    var settings = Settings.load(folder, System.getenv());
    var pipelines =
        new PlaygroundPipelines(Path.of(settings.text(Setting.ROUTES)).resolve("pipelines"));
    try (var server = PlaygroundServer.start(stored)) {
      if (reset) {
        pipelines
            .reset(place.dataDirectory().resolveSibling("pipelines-before-reset"))
            .forEach(file -> System.out.println("Moved aside, as its tables are gone: " + file));
      }
      if (!empty) {
        createEventTable(server);
      }
      System.out.println(welcome(server, settings));
      return new WadiServer(onto(server, settings), file -> empty && pipelines.isShipped(file))
          .run();
    }
  }

  private static Settings onto(PlaygroundServer server, Settings settings) {
    return settings.with(
        Map.of(
            Setting.DATABASE_URL,
            server.jdbcUrl(),
            Setting.DATABASE_USER,
            PlaygroundServer.USER,
            Setting.DATABASE_PASSWORD,
            PlaygroundServer.PASSWORD,
            Setting.LOG_URL,
            server.jdbcUrl(),
            Setting.LOG_USER,
            PlaygroundServer.USER,
            Setting.LOG_PASSWORD,
            PlaygroundServer.PASSWORD,
            Setting.API_TOKEN,
            TOKEN,
            Setting.WEBHOOK_ALLOWED_HOSTS,
            "localhost,127.0.0.0/8,::1",
            Setting.WEBHOOK_ALLOW_HTTP,
            "true"));
  }

  private static void createEventTable(PlaygroundServer server) throws SQLException {
    try (var connection =
            DriverManager.getConnection(
                server.jdbcUrl(), PlaygroundServer.USER, PlaygroundServer.PASSWORD);
        var statement = connection.createStatement()) {
      var tables =
          connection.getMetaData().getTables(null, EVENT_TABLE.schema(), EVENT_TABLE.name(), null);
      if (!tables.next()) {
        statement.execute(new EventTableDdl(EVENT_TABLE, null).statements());
      }
    }
  }

  private static String welcome(PlaygroundServer server, Settings settings) {
    var console = "http://localhost:" + settings.text(Setting.HTTP_PORT);
    return """

        Wadi playground
          console   %s/#token=%s
          health    %s/health
          database  psql '%s'
          token     %s
        Ctrl-C stops it; the data are kept in .wadi/.
        """
        .formatted(console, TOKEN, console, server.url(), TOKEN);
  }
}
