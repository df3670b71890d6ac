package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.RestartablePostgres;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.StandbyPostgres;
import dev.wadi.kit.WadiEnvironment;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standby of Postgres 17 that keeps the slot is promoted. */
@Tag("slow")
class FailoverTest {

  private static final Duration LIMIT = Duration.ofSeconds(180);

  @TempDir private Path folder;

  private Database database;
  private RouteFiles routes;
  private Settings settings;

  @Test
  void capture_goes_on_at_a_standby_that_has_everything_and_stops_at_one_that_has_not()
      throws Exception {
    try (var postgres = RestartablePostgres.start(folder)) {
      prepare(postgres.createDatabase());
      try (var standby = postgres.standby()) {
        failOver(postgres, standby);
        beAtAServerThatLacksWhatIsStored();
      }
    }
  }

  private void failOver(RestartablePostgres postgres, StandbyPostgres standby) throws Exception {
    try (var wadi = RunningWadi.start(database, routes).awaitStreaming()) {
      insert(1);
      Capture.awaitCaughtUp(database);
      standby.awaitSlot(postgres, settings.text(Setting.SLOT));
      insert(2);
      Capture.awaitCaughtUp(database);
      standby.awaitReplayed(database.rows("select pg_current_wal_lsn()").get(0));
      postgres.stopFast();
      standby.promoteAt(postgres.port());
      insert(3);

      awaitStored(wadi, "1", "2", "3");
      assertThat(gaps()).as("needs no hands").isEmpty();
      assertThat(database.number("select timeline from wadi.positions")).isEqualTo(2);
    }
  }

  /** As if events had been stored from the old primary after this server had left it. */
  private void beAtAServerThatLacksWhatIsStored() throws Exception {
    database.execute("update wadi.positions set timeline = 1, lsn = pg_current_wal_insert_lsn()");
    var position = database.rows("select lsn from wadi.positions").get(0);
    insert(4);
    try (var wadi = RunningWadi.start(database, routes)) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(wadi.health())
                      .contains(
                          "capture=slot_failed_over",
                          "a server that had the WAL only up to",
                          "events are stored up to " + position));
      assertThat(status()).startsWith("1\n").contains("state: failed_over");

      SlotCommand.recreate(settings, true, new PrintStream(new ByteArrayOutputStream()));

      wadi.awaitStreaming();
      awaitStored(wadi, "1", "2", "3", "4");
      assertThat(gaps()).containsExactly(position + "|t|failed_over");
    }
  }

  private void prepare(Database created) throws Exception {
    database = created;
    database.execute("create table orders (id int primary key)");
    Capture.createEventTable(database, "public.events");
    routes = RouteFiles.copiedTo(folder).pipeline("orders", "public.orders", "public.events");
    settings = Settings.load(folder, WadiEnvironment.of(database, routes));
  }

  private void insert(int id) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () -> {
              database.execute(
                  "insert into orders values (%d) on conflict do nothing".formatted(id));
              return true;
            });
  }

  private void awaitStored(RunningWadi wadi, String... keys) {
    await("events of " + String.join(", ", keys) + "; at first Wadi was " + wadi.health())
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () -> database.rows("select record_pk from events order by id").equals(List.of(keys)));
  }

  private List<String> gaps() {
    return database.rows("select from_lsn, to_lsn < from_lsn, reason from wadi.gaps");
  }

  private String status() throws Exception {
    var out = new ByteArrayOutputStream();
    int code = SlotCommand.status(settings, new PrintStream(out, true, StandardCharsets.UTF_8));
    return code + "\n" + out.toString(StandardCharsets.UTF_8);
  }
}
