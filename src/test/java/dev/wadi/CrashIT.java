package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.MeasuredLoad;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.kit.WadiProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change is stored exactly once, whatever happens to Wadi's process. */
@Tag("slow")
class CrashIT {

  private static final long SEED = 20_240_917;
  private static final int KILLS = 10;
  private static final int TERMINATIONS = 3;
  private static final int RESUME_KILLS = 2;
  private static final int COPIED_ROWS = 8_000;
  private static final int KEPT_ROWS = 20_000;
  private static final int TRANSACTIONS = 150;

  /** Longer than any machine stands still. */
  private static final Duration MACHINE_LIMIT = Duration.ofSeconds(60);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  @TempDir private Path folder;

  private final Database database = EmbeddedDatabase.create();
  private final Random moments = new Random(SEED);
  private MeasuredLoad load;

  @BeforeEach
  void prepareDatabase() throws IOException {
    load = MeasuredLoad.on(database, folder, SEED);
  }

  @AfterEach
  void stopLoad() {
    load.close();
  }

  @Test
  void events_survive_kill_nine() throws IOException {
    var environment = environment();
    start(environment).awaitStreaming().close();

    for (int kill = 0; kill < KILLS; kill++) {
      var writers = load.round(TRANSACTIONS, COPIED_ROWS);
      try (var wadi = start(environment)) {
        awaitRandomMoment(wadi);
        wadi.killNine();
      }
      writers.join();
    }

    try (var wadi = start(environment)) {
      wadi.awaitStreaming();
      load.assertEveryChangeOnce();
    }
  }

  @Test
  void sigterm_under_load_stops_in_time_with_exit_code_0_and_loses_nothing() throws Exception {
    var environment = environment();
    start(environment).awaitStreaming().close();

    var stops = new ArrayList<Duration>();
    for (int stop = 0; stop < TERMINATIONS; stop++) {
      var writers = load.round(TRANSACTIONS, COPIED_ROWS);
      try (var wadi = start(environment)) {
        awaitRandomMoment(wadi);
        long told = System.nanoTime();
        wadi.terminate();
        assertThat(wadi.exitCodeWithin(MACHINE_LIMIT)).as(wadi.output()).isZero();
        stops.add(Duration.ofNanos(System.nanoTime() - told));
      }
      writers.join();
    }
    Collections.sort(stops);
    assertThat(stops.get(TERMINATIONS / 2)).as("median of %s", stops).isLessThan(STOP_LIMIT);

    try (var wadi = start(environment)) {
      wadi.awaitStreaming();
      load.assertEveryChangeOnce();
    }
  }

  @Test
  void kept_changes_survive_kill_nine_while_they_are_made_events() throws IOException {
    var environment = environment();
    try (var wadi = start(environment).awaitStreaming()) {
      setState("paused");
      await("the state is known to the capture thread")
          .pollDelay(Duration.ofMillis(1_500))
          .until(() -> true);
      load.round(TRANSACTIONS, KEPT_ROWS).join();
      await("the changes are kept")
          .atMost(Duration.ofSeconds(180))
          .until(() -> kept() >= KEPT_ROWS);
      Capture.awaitCaughtUp(database);
      setState("resuming");
      for (int kill = 0; kill < RESUME_KILLS; kill++) {
        long moment = KEPT_ROWS * (9 - 3L * kill) / 10;
        try (var next = kill == 0 ? wadi : start(environment)) {
          await("a part of them is drained")
              .atMost(Duration.ofSeconds(180))
              .failFast("Wadi ended", next::requireAlive)
              .pollInterval(Duration.ofMillis(25))
              .until(() -> kept() < moment);
          next.killNine();
        }
      }
    }
    assertThat(kept()).as("it was killed in the midst of it").isPositive();
    var writers = load.round(TRANSACTIONS, COPIED_ROWS);

    try (var wadi = start(environment)) {
      wadi.awaitStreaming();
      writers.join();
      await("none is left")
          .atMost(Duration.ofSeconds(180))
          .until(() -> database.holds("select count(*) = 0 from wadi.pipeline_states"));
      load.assertEveryChangeOnce();
    }
  }

  private long kept() {
    return database.number("select count(*) from wadi.kept_changes");
  }

  private void setState(String state) {
    database.execute(
        """
        insert into wadi.pipeline_states (slot, pipeline, state) values ('wadi_%s', 'orders', '%s')
        on conflict (slot, pipeline) do update set state = excluded.state, revision = pipeline_states.revision + 1
        """
            .formatted(database.name(), state));
  }

  private Map<String, String> environment() {
    return WadiEnvironment.of(database, load.routes());
  }

  private WadiProcess start(Map<String, String> environment) throws IOException {
    return WadiProcess.start(folder, environment);
  }

  /** Progress decides on the moment, so that it is in the midst of work. */
  private void awaitRandomMoment(WadiProcess wadi) {
    long moment = load.stored() + moments.nextInt(COPIED_ROWS);
    await("the moment to strike")
        .atMost(Duration.ofSeconds(180))
        .failFast("Wadi ended", wadi::requireAlive)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> load.stored() > moment);
  }
}
