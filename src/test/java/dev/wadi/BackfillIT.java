package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.VersionedRows;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.kit.WadiProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backfill reads every row once, whatever happens to it or to Wadi's process meanwhile. */
@Tag("slow")
class BackfillIT {

  private static final long SEED = 41;
  private static final int KILLS = 4;
  private static final int ROWS = 9_000;
  private static final Duration LIMIT = Duration.ofSeconds(120);

  /** Makes the pipeline one whose reads and changes go through a step. */
  private static final String STEP = "- setVariable:\n    name: seen\n    constant: \"yes\"\n";

  @TempDir private Path folder;

  private final Database database = EmbeddedDatabase.create();
  private final Random moments = new Random(SEED);
  private final VersionedRows rows = VersionedRows.in(database, "public.\"Заказы\"", ROWS);
  private final VersionedRows others = VersionedRows.in(database, "public.others", ROWS / 3);

  @AfterEach
  void stopWriters() {
    rows.stop();
    others.stop();
  }

  @Test
  void a_backfill_under_load_survives_kill_nine() throws IOException, SQLException {
    Capture.createEventTable(database, "public.events");
    Capture.createEventTable(database, "public.other_events");
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline("rows", "public.Заказы\"\n        backfill: \"true", "public.events")
            .pipeline(
                "others", "public.others\"\n        backfill: \"true", "public.other_events", STEP);
    var environment = WadiEnvironment.of(database, routes);
    environment.put("WADI_BACKFILL_CHUNK_ROWS", "150");
    rows.change(ROWS, SEED);
    others.change(ROWS / 3, SEED + 10);

    int killedInTheMidst = 0;
    for (int kill = 0; kill < KILLS && reads() < ROWS; kill++) {
      try (var wadi = start(environment)) {
        awaitRandomMoment(wadi);
        wadi.killNine();
      }
      killedInTheMidst += reads() < ROWS ? 1 : 0;
    }
    assertThat(killedInTheMidst).as("it was killed in the midst of it").isGreaterThan(1);

    try (var wadi = start(environment)) {
      await("the backfills are done")
          .atMost(LIMIT)
          .failFast("Wadi ended", wadi::requireAlive)
          .until(
              () -> database.holds("select count(*) = 2 from wadi.backfills where state = 'done'"));
      rows.stop();
      others.stop();
      Capture.awaitCaughtUp(database);
      assertThat(rows.faults("public.events")).isEmpty();
      assertThat(others.faults("public.other_events")).isEmpty();
      assertThat(wadi.output()).doesNotContain("ERROR");
    }
  }

  private long reads() {
    return database.number("select count(*) from events where action = 'read'");
  }

  private WadiProcess start(Map<String, String> environment) throws IOException {
    return WadiProcess.start(folder, environment);
  }

  /** Progress decides on the moment, so that it is in the midst of work. */
  private void awaitRandomMoment(WadiProcess wadi) {
    long moment = reads() + moments.nextInt(ROWS / KILLS / 2);
    await("the moment to strike")
        .atMost(LIMIT)
        .failFast("Wadi ended", wadi::requireAlive)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> reads() > moment);
  }
}
