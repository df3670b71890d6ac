package dev.wadi;

import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.postgres.TableName;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "ddl",
    description = "Prints the SQL that creates an event table.",
    mixinStandardHelpOptions = true)
final class DdlCommand implements Callable<Integer> {

  @Parameters(paramLabel = "[SCHEMA.]TABLE", description = "Name of the event table.")
  private String table = "";

  @Option(
      names = "--retention-days",
      paramLabel = "N",
      description = "Days that events are kept; for ever if not given.")
  private @Nullable Integer retentionDays;

  @Option(
      names = "--partitioned",
      description = "Makes a partition for each day, which retention drops as a whole.")
  private boolean partitioned;

  @Override
  public Integer call() {
    var firstPartition = partitioned ? LocalDate.now(ZoneOffset.UTC) : null;
    var ddl = new EventTableDdl(TableName.parse(table), retentionDays, firstPartition);
    System.out.print(ddl.script());
    return 0;
  }
}
