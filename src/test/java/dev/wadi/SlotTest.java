package dev.wadi;

import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.MeasuredLoad;
import dev.wadi.kit.WadiEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The slot follows, so that Postgres can forget its WAL. */
@Tag("slow")
class SlotTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What a server writes by itself, and a heartbeat. */
  private static final long NEAR_BYTES = 100_000;

  @TempDir private Path folder;

  private final Database database = EmbeddedDatabase.create();
  private MeasuredLoad load;
  private WadiInside wadi;

  @BeforeEach
  void startWadi() throws IOException {
    load = MeasuredLoad.on(database, folder, 1);
    wadi = WadiInside.start(WadiEnvironment.of(database, load.routes())).awaitStreaming();
  }

  @AfterEach
  void stopWadi() {
    wadi.close();
    load.close();
  }

  @Test
  void slot_follows_while_changes_are_captured() {
    for (int round = 0; round < 2; round++) {
      var before = currentLsn();
      load.round(50, 1_000).join();
      awaitConfirmed(before);
    }
  }

  @Test
  void slot_follows_while_only_other_tables_are_written() {
    database.execute("create table public.unpublished (id int, filling text)");
    for (int round = 0; round < 2; round++) {
      database.execute(
          "insert into public.unpublished select n, repeat('x', 100) from generate_series(1, 20000) n");
      awaitConfirmed(currentLsn());
    }
  }

  @Test
  void idle_slot_comes_near_the_end_of_the_wal() {
    load.round(50, 1_000).join();
    Capture.awaitCaughtUp(database);

    await()
        .atMost(LIMIT)
        .until(
            () ->
                database.holds(
                    "select pg_current_wal_lsn() - confirmed_flush_lsn < %d from pg_replication_slots where %s"
                        .formatted(NEAR_BYTES, ours())));
  }

  private void awaitConfirmed(String lsn) {
    await("the slot passes " + lsn)
        .atMost(LIMIT)
        .until(
            () ->
                database.holds(
                    "select confirmed_flush_lsn >= '%s' from pg_replication_slots where %s"
                        .formatted(lsn, ours())));
  }

  private String currentLsn() {
    return database.rows("select pg_current_wal_insert_lsn()").get(0);
  }

  private static String ours() {
    return "database = current_database()";
  }
}
