package dev.wadi;

import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.EventFilters;
import dev.wadi.consumer.Verification;
import dev.wadi.postgres.TableName;
import dev.wadi.stream.Streams;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = "Proves that no event is missing and that groups settled all below their cursor.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

  @Parameters(paramLabel = "[SCHEMA.]TABLE", description = "Name of the event table.")
  private String table = "";

  @Override
  public Integer call() throws Exception {
    var name = TableName.parse(table);
    var settings = Settings.load(Path.of(""), System.getenv());
    var eventLog = Wiring.logAddress(settings).sessions();
    var groups = new ConsumerGroups(eventLog, new Streams(eventLog), EventFilters.NONE).list();
    try (var connection = eventLog.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 0);
      var problems = Verification.of(connection, name, groups, EventFilters.NONE);
      problems.forEach(problem -> System.err.println("wadi: " + problem));
      if (problems.isEmpty()) {
        long reading = groups.stream().filter(group -> group.table().equals(name)).count();
        System.out.printf("event table '%s': complete, as are its %d groups%n", name, reading);
      }
      return problems.isEmpty() ? 0 : 1;
    }
  }
}
