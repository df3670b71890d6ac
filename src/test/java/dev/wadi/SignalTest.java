package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.eventtable.EventTables;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C ends a command that has nothing to finish at once. */
class SignalTest {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private static final long END_SECONDS = 60;
  private static final String CUT_OFF = "did not stop within";

  private static final String WAITING =
      "exists (select from pg_stat_activity"
          + " where datname = current_database() and wait_event_type = 'Lock')";

  @TempDir private Path folder;

  @Test
  void listening_ends_at_once_and_well() throws Exception {
    var wadi = start(Map.of(), "listen", "--port", "0");
    try (var printed = wadi.inputReader()) {
      assertThat(printed.readLine()).startsWith("Listening on http://localhost:");

      assertThat(exitCodeAfterSignal(wadi)).isZero();
    } finally {
      wadi.destroyForcibly();
    }
  }

  @Test
  void verifying_ends_at_once_although_its_statement_does_not() throws Exception {
    var database = EmbeddedDatabase.create();
    new WadiSchema(database.dataSource()).migrate();
    new EventTables(database.dataSource())
        .create(new EventTableDdl(TableName.parse("events"), null));
    var environment =
        Map.of(
            "WADI_DATABASE_URL", database.url(),
            "WADI_DATABASE_USER", "postgres",
            "WADI_DATABASE_PASSWORD", "postgres");
    try (var holder = database.connect()) {
      holder.setAutoCommit(false);
      holder.createStatement().execute("lock table events");

      var wadi = start(environment, "verify", "events");
      try {
        await("it waits").atMost(START_LIMIT).until(() -> database.holds(WAITING));
        assertThat(exitCodeAfterSignal(wadi)).isEqualTo(1);
        await("its statement ends").until(() -> !database.holds(WAITING));
      } finally {
        wadi.destroyForcibly();
      }
    }
  }

  /** At once is before Wadi gives up waiting and says so. */
  private int exitCodeAfterSignal(Process wadi) throws Exception {
    wadi.destroy();
    assertThat(wadi.waitFor(END_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    assertThat(Files.readString(errors())).doesNotContain(CUT_OFF);
    return wadi.exitValue();
  }

  private Path errors() {
    return folder.resolve("errors");
  }

  private Process start(Map<String, String> environment, String... arguments) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classPath = System.getProperty("java.class.path");
    var command = new ArrayList<>(List.of(java, "-cp", classPath, Wadi.class.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(errors().toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }
}
