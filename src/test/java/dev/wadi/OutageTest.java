package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.Database;
import dev.wadi.kit.MeasuredLoad;
import dev.wadi.kit.RestartablePostgres;
import dev.wadi.kit.WadiEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wadi outlives its database: it waits, says so, and goes on by itself where it was. */
@Tag("slow")
class OutageTest {

  private static final long SEED = 7;
  private static final int TRANSACTIONS = 100;
  private static final int COPIED_ROWS = 3_000;

  @TempDir private static Path postgresFolder;
  @TempDir private Path folder;

  private static RestartablePostgres postgres;
  private Database database;
  private MeasuredLoad load;

  @BeforeAll
  static void startPostgres() {
    postgres = RestartablePostgres.start(postgresFolder);
  }

  @AfterAll
  static void stopPostgres() {
    postgres.close();
  }

  @BeforeEach
  void prepareDatabase() throws IOException {
    database = postgres.createDatabase();
    load = MeasuredLoad.on(database, folder, SEED);
  }

  @AfterEach
  void stopLoad() {
    load.close();
  }

  @Test
  void capture_starts_by_itself_once_a_database_that_was_down_is_up() {
    var environment = WadiEnvironment.of(database, load.routes());
    postgres.stopFast();

    try (var wadi = WadiInside.start(environment)) {
      assertThat(wadi.awaitWaiting().body()).containsIgnoringCase("connection");
      postgres.startAgain();

      wadi.awaitStreaming();
      load.round(TRANSACTIONS, COPIED_ROWS).join();
      load.assertEveryChangeOnce();
    }
  }

  @Test
  void a_database_that_restarts_while_capturing_loses_and_repeats_nothing() throws IOException {
    try (var wadi = WadiInside.start(WadiEnvironment.of(database, load.routes()))) {
      wadi.awaitStreaming();
      load.round(TRANSACTIONS, COPIED_ROWS).join();
      postgres.stopFast();
      wadi.awaitWaiting();
      postgres.startAgain();
      load.round(TRANSACTIONS, COPIED_ROWS).join();
      postgres.stopImmediately();
      wadi.awaitWaiting();
      postgres.startAgain();
      wadi.awaitStreaming();
      load.assertEveryChangeOnce();
    }
  }
}
