package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.kit.WadiProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver gets every event, in order per row, however it answers and whenever Wadi dies. */
@Tag("slow")
class WebhookCrashIT {

  private static final long SEED = 20_261_126;
  private static final int KILLS = 3;
  private static final int KEYS = 25;
  private static final Duration LIMIT = Duration.ofSeconds(180);

  @TempDir private Path folder;

  private final Database database = EmbeddedDatabase.create();
  private final Random moments = new Random(SEED);

  @Test
  void every_event_arrives_in_order_per_row_under_random_failures_and_kill_nine() throws Exception {
    database.execute("create table public.orders (id int primary key, version int)");
    Capture.createEventTable(database, "public.order_events");
    var routes =
        RouteFiles.copiedTo(folder).pipeline("orders", "public.orders", "public.order_events");
    var environment = WadiEnvironment.of(database, routes);
    environment.put("WADI_API_TOKEN", "test");
    // A machine that stands still must not look like a kill; a kill frees the locks at once.
    environment.put("WADI_CONSUMER_SILENCE_MS", "20000");
    environment.put("WADI_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    environment.put("WADI_WEBHOOK_ALLOW_HTTP", "true");
    environment.put("WADI_WEBHOOK_ALLOWED_HOSTS", "127.0.0.1");
    var oracle = new ReceiverOracle(SEED);
    try (var receiver = new TestReceiver(oracle)) {
      var wadi = WadiProcess.start(folder, environment).awaitStreaming();
      createWebhook(environment, receiver);
      var stop = new AtomicBoolean();
      var load = CompletableFuture.runAsync(() -> changeUntil(stop));
      for (int kill = 0; kill < KILLS; kill++) {
        int enough = oracle.count() + 50 + moments.nextInt(200);
        await("receiver takes").atMost(LIMIT).until(() -> oracle.count() >= enough);
        wadi.killNine();
        oracle.died();
        wadi = WadiProcess.start(folder, environment).awaitStreaming();
      }
      stop.set(true);
      load.join();
      try (var last = wadi) {
        Capture.awaitCaughtUp(database);
        var expected = expected();
        int all = expected.values().stream().mapToInt(List::size).sum();
        await("receiver has all " + all)
            .atMost(LIMIT)
            .failFast(last::requireAlive)
            .until(() -> oracle.count() >= all);
        assertThat(oracle.violations()).as("%s", oracle).isEmpty();
        assertThat(oracle.taken()).isEqualTo(expected);
        assertThat(oracle.refused()).isPositive();
      }
    }
  }

  private static void createWebhook(Map<String, String> environment, TestReceiver receiver) {
    var api = new ApiClient("http://127.0.0.1:" + environment.get("WADI_HTTP_PORT"), "test");
    var stream = api.post("/api/streams", "{\"name\": \"orders\", \"table\": \"order_events\"}");
    assertThat(stream.status()).as(stream.body()).isEqualTo(201);
    var webhook =
        api.post(
            "/api/webhooks",
            """
            {"name": "hook", "stream": "orders", "url": "%s", "retry_delays_ms": [20]}
            """
                .formatted(receiver.url()));
    assertThat(webhook.status()).as(webhook.body()).isEqualTo(201);
  }

  private void changeUntil(AtomicBoolean stop) {
    var keys = new Random(SEED);
    while (!stop.get()) {
      database.execute(
          "insert into public.orders values ("
              + keys.nextInt(KEYS)
              + ", 1) on conflict (id) do update set version = orders.version + 1;"
              + " select pg_sleep(0.004)");
    }
  }

  /** What is in the event table, by key in its order. */
  private Map<String, List<Long>> expected() {
    var expected = new HashMap<String, List<Long>>();
    for (var row : database.rows("select record_pk, seq from public.order_events order by id")) {
      var parts = row.split("\\|");
      expected.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(Long.parseLong(parts[1]));
    }
    return expected;
  }
}
