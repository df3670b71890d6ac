package dev.wadi;

import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Database;
import dev.wadi.kit.MeasuredLoad;
import dev.wadi.kit.RestartablePostgres;
import dev.wadi.kit.SilentProxy;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.postgres.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wadi outlives its database: it waits, says so, and goes on by itself where it was. */
@Tag("slow")
class OutageTest {

  private static final long SEED = 7;
  private static final int TRANSACTIONS = 100;
  private static final int COPIED_ROWS = 3_000;
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final Duration STEADY = Duration.ofSeconds(3);

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
      await()
          .until(() -> wadi.awaitWaiting().body().toLowerCase(Locale.ROOT).contains("connection"));
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

  @Test
  void what_cannot_be_stored_leaves_it_waiting_until_something_is() {
    try (var wadi = WadiInside.start(WadiEnvironment.of(database, load.routes()))) {
      wadi.awaitStreaming();
      database.execute(
          """
          create function refuse() returns trigger language plpgsql as
          $$ begin raise exception 'no room'; end $$;
          create trigger refuse before insert on order_events execute function refuse();
          """);
      load.round(TRANSACTIONS, 10).join();
      wadi.awaitWaiting();

      await()
          .atMost(LIMIT)
          .during(STEADY)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> wadi.health().waiting());

      database.execute("drop trigger refuse on order_events");
      wadi.awaitStreaming();
      load.assertEveryChangeOnce();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"WADI_DATABASE_URL", "WADI_LOG_URL"})
  void connections_that_go_silent_are_given_up_and_nothing_is_lost(String url) throws IOException {
    database.execute("alter database " + database.name() + " set wal_sender_timeout = '2s'");
    var address = new DatabaseAddress(database.url(), "postgres", "");
    try (var proxy = SilentProxy.to(address.port())) {
      var environment = WadiEnvironment.of(database, load.routes());
      environment.put(
          url,
          "jdbc:postgresql://localhost:%d/%s?socketTimeout=3"
              .formatted(proxy.port(), database.name()));
      try (var wadi = WadiInside.start(environment)) {
        wadi.awaitStreaming();
        load.round(TRANSACTIONS, COPIED_ROWS).join();

        proxy.fallSilent();
        load.round(TRANSACTIONS, COPIED_ROWS).join();
        wadi.awaitWaiting();
        proxy.forwardAgain();

        wadi.awaitStreaming();
        load.assertEveryChangeOnce();
      }
    }
  }
}
