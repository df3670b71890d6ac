package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.kit.WadiProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class LargeTransactionIT {

  private static final int ROWS = 1_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(4);

  @TempDir private Path folder;

  @Test
  void million_rows_of_one_transaction_pass_through_a_small_heap() throws IOException {
    var database = EmbeddedDatabase.create();
    database.execute("create table large (id int primary key, a text)");
    database.execute("create table small (id int primary key)");
    Capture.createEventTable(database, "public.large_events");
    Capture.createEventTable(database, "public.small_events");
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline("large", "public.large", "public.large_events")
            .pipeline("small", "public.small", "public.small_events");
    var environment = WadiEnvironment.of(database, routes);
    try (var wadi = WadiProcess.start(folder, environment, "-Xmx512m").awaitStreaming()) {
      database.execute(
          "insert into large select i, 'row ' || i from generate_series(1, %d) i".formatted(ROWS));
      database.execute("insert into small values (1)");
      await("the change after the large transaction is stored")
          .atMost(LIMIT)
          .failFast("Wadi ended", wadi::requireAlive)
          .until(() -> database.holds("select count(*) = 1 from small_events"));
    }

    assertThat(
            database.rows(
                """
                select count(*), count(distinct record_pk), max(id), count(distinct committed_at),
                       bool_and(record ->> 'a' = 'row ' || record_pk), max(committed_at) <
                       (select committed_at from small_events)
                  from large_events
                """))
        .containsExactly("%1$d|%1$d|%1$d|1|t|t".formatted(ROWS));
    assertThat(database.number("select count(*) from large_events where id::text <> record_pk"))
        .isZero();
  }
}
