package dev.wadi;

import dev.wadi.pipeline.PipelineTables;
import dev.wadi.pipeline.SourceCatalog;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.Grants;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "grants",
    description =
        "Prints the SQL that gives Wadi's role exactly the rights it needs; changes nothing.",
    mixinStandardHelpOptions = true)
final class GrantsCommand implements Callable<Integer> {

  @Option(
      names = "--role",
      paramLabel = "NAME",
      description = "The role; those of wadi.database.user and wadi.log.user by default.")
  private @Nullable String role;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      description =
          "A schema to make event tables in, besides those of the pipelines; may be repeated.")
  private List<String> schemas = List.of();

  @Override
  public Integer call() throws Exception {
    System.out.print(script(Settings.load(Path.of(""), System.getenv()), role, schemas));
    return 0;
  }

  /**
   * The script; in two parts where the event log is in another database or has another role.
   *
   * @param role null for those of the settings
   */
  static String script(Settings settings, @Nullable String role, List<String> schemas)
      throws Exception {
    var captured = Wiring.databaseAddress(settings);
    var eventLog = Wiring.logAddress(settings);
    var tables = CheckCommand.pipelineTables(settings, new SourceCatalog(captured.sessions()));
    var eventSchemas =
        schemas.isEmpty() && tables.eventTables().isEmpty() ? List.of("public") : schemas;
    var capturing = role == null ? captured.user() : role;
    var logging = role == null ? eventLog.user() : role;
    var capture = capture(settings, capturing, captured, tables);
    if (capturing.equals(logging) && captured.isSameDatabase(eventLog)) {
      return heading("the database", captured)
          + capture.keepSchema().append(eventSchemas, tables.eventTables()).script();
    }
    var log = new Grants(logging).connect(eventLog.database()).keepSchema();
    return heading("the captured database", captured)
        + capture.script()
        + heading("the event-log database", eventLog)
        + log.append(eventSchemas, tables.eventTables()).script();
  }

  private static Grants capture(
      Settings settings, String role, DatabaseAddress database, PipelineTables tables) {
    return new Grants(role)
        .connect(database.database())
        .capture(settings.text(Setting.PUBLICATION), tables.sources())
        .backfill(tables.backfilled());
  }

  private static String heading(String what, DatabaseAddress address) {
    return "-- Run in %s '%s' at %s:%d, as an administrator; again when a pipeline was added.\n\n"
        .formatted(what, line(address.database()), line(address.host()), address.port());
  }

  private static String line(String text) {
    return text.replaceAll("\\R", " ");
  }
}
