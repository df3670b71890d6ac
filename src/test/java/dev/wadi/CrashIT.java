package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.MixedLoad;
import dev.wadi.kit.ReferenceLog;
import dev.wadi.kit.ReferenceLog.Difference;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.kit.WadiProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change is stored exactly once, whatever happens to Wadi's process. */
class CrashIT {

  private static final long SEED = 20_240_917;
  private static final int KILLS = 10;
  private static final int COPIED_ROWS = 20_000;
  private static final int TRANSACTIONS = 150;

  @TempDir private Path folder;

  private final EmbeddedDatabase database = EmbeddedDatabase.create();
  private MixedLoad load;
  private ReferenceLog reference;
  private RouteFiles routes;

  @BeforeEach
  void prepareDatabase() throws IOException {
    load = MixedLoad.on(database, SEED);
    reference = ReferenceLog.in(database).follow("public.orders").follow("public.items");
    Capture.createEventTable(database, "public.order_events");
    Capture.createEventTable(database, "public.item_events");
    routes =
        RouteFiles.copiedTo(folder)
            .pipeline("orders", "public.orders", "public.order_events")
            .pipeline("items", "public.items", "public.item_events");
  }

  @AfterEach
  void stopLoad() {
    load.close();
  }

  @Test
  void events_survive_kill_nine() throws IOException {
    var environment = WadiEnvironment.of(database, routes);
    start(environment).awaitStreaming().close();
    var moments = new Random(SEED);

    for (int kill = 0; kill < KILLS; kill++) {
      long before = stored();
      var writers = load.round(TRANSACTIONS, COPIED_ROWS);
      try (var wadi = start(environment)) {
        awaitStored(before + moments.nextInt(2 * COPIED_ROWS), wadi);
        wadi.killNine();
      }
      writers.join();
    }

    try (var wadi = start(environment)) {
      wadi.awaitStreaming();
      Capture.awaitCaughtUp(database);
      assertEveryChangeOnce();
    }
  }

  private WadiProcess start(Map<String, String> environment) throws IOException {
    return WadiProcess.start(folder, environment);
  }

  private void awaitStored(long events, WadiProcess wadi) {
    await("the moment to strike")
        .atMost(Duration.ofSeconds(60))
        .failFast("Wadi ended", wadi::requireAlive)
        .pollInterval(Duration.ofMillis(3))
        .until(() -> stored() > events);
  }

  private long stored() {
    return database.number("select coalesce(sum(last_id), 0) from wadi.event_tables");
  }

  private void assertEveryChangeOnce() {
    assertThat(reference.difference("public.order_events", "orders")).isEqualTo(Difference.NONE);
    assertThat(reference.difference("public.item_events", "items")).isEqualTo(Difference.NONE);
  }
}
