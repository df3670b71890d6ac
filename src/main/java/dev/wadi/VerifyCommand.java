package dev.wadi;

import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.Verification;
import dev.wadi.postgres.TableName;
import dev.wadi.stream.Streams;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
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
    var settings = Settings.load(Path.of(""), System.getenv());
    return verify(TableName.parse(table), Wiring.logAddress(settings).sessions());
  }

  static int verify(TableName table, DataSource eventLog) throws SQLException {
    var groups = new ConsumerGroups(eventLog, new Streams(eventLog), Wiring.FILTERS).list();
    try (var connection = eventLog.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 0);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(connection), "stop-verifying"));
      var result = Verification.of(connection, table, groups, Wiring.FILTERS);
      var problems = result.problems();
      problems.forEach(problem -> System.err.println("wadi: " + problem));
      if (problems.isEmpty()) {
        long reading = groups.stream().filter(group -> group.table().equals(table)).count();
        System.out.printf("event table '%s': complete; groups: %d, balanced%n", table, reading);
        if (result.gone() > 0) {
          System.out.printf(
              "event table '%s': the first %d events are gone, which is taken for retention%n",
              table, result.gone());
        }
      }
      return problems.isEmpty() ? 0 : 1;
    }
  }

  /** After Ctrl-C nobody waits for a statement that reads a whole table. */
  private static void end(Connection connection) {
    try {
      if (!connection.isClosed()) {
        connection.unwrap(PGConnection.class).cancelQuery();
        connection.abort(Runnable::run);
      }
    } catch (SQLException e) {
      System.err.println("wadi: " + Failure.sentence(e));
    }
  }
}
