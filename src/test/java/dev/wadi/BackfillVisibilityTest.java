package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.RestartablePostgres;
import dev.wadi.kit.RouteFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Postgres sends a commit before others see it, for as long as a synchronous standby takes. A
 * backfill that read the row meanwhile would bring it back as it was.
 */
@Tag("slow")
class BackfillVisibilityTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void a_change_that_is_in_the_stream_and_not_yet_seen_is_not_followed_by_the_row_before_it()
      throws Exception {
    try (var postgres = RestartablePostgres.start(folder)) {
      awaitStandbyThatIsNotThere(postgres);
      var database = postgres.createDatabase();
      database.execute("create table items (id int primary key, note text)");
      database.execute("insert into items select n, 'old' from generate_series(1, 3) n");
      Capture.createEventTable(database, "public.item_events");
      var routes =
          RouteFiles.copiedTo(folder).pipeline("items", "public.items", "public.item_events");
      try (var wadi = RunningWadi.start(database, routes).awaitStreaming()) {
        wadi.awaitPublished("public.items");
        var writer = CompletableFuture.runAsync(() -> updateAndWaitForStandby(database));
        await("the change is an event")
            .atMost(LIMIT)
            .until(() -> database.holds("select count(*) = 1 from item_events"));
        assertThat(database.rows("select note from items where id = 1"))
            .as("nobody sees it yet")
            .containsExactly("old");

        wadi.store().startBackfill("items");
        await("the backfill waits for the writer")
            .atMost(LIMIT)
            .until(
                () -> wadi.status("items").backfill().reason().contains("waits for transaction"));
        database.execute("alter system reset synchronous_standby_names");
        database.execute("select pg_reload_conf()");
        writer.join();
        await("the backfill is done")
            .atMost(LIMIT)
            .until(() -> wadi.status("items").backfill().state().equals("done"));

        assertThat(
                database.rows(
                    "select record_pk, string_agg(action || ' ' || (record ->> 'note'), ', ' order by id) from"
                        + " item_events group by 1 order by 1"))
            .containsExactly("1|update new, read new", "2|read old", "3|read old");
      }
    }
  }

  /** For those who ask for it. By a restart, as a reload takes effect at some time only. */
  private static void awaitStandbyThatIsNotThere(RestartablePostgres postgres) {
    postgres.database().execute("alter system set synchronous_commit = local");
    postgres.database().execute("alter system set synchronous_standby_names = 'nobody'");
    postgres.stopFast();
    postgres.startAgain();
  }

  private static void updateAndWaitForStandby(Database database) {
    database.execute("set synchronous_commit = on; update items set note = 'new' where id = 1");
  }
}
