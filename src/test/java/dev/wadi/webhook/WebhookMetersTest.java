package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is counted of webhooks, and that it does not grow without end. */
class WebhookMetersTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void failing_receiver_shows_in_metrics_status_and_health() throws Exception {
    try (var kit = new WebhookKit();
        var receiver = new TestReceiver(TestReceiver.status(500))) {
      kit.meters.meet(registry);
      kit.create("hook", receiver.url(), definition -> definition.maxDeliver(2));
      kit.append(IntStream.range(0, 20).mapToObj(i -> "key-" + i).toList());
      await().atMost(LIMIT).until(() -> value("wadi.webhook.breaker.open") == 1);
      assertThat(registry.get("wadi.webhook.state").tag("state", "failing").gauge().value())
          .isEqualTo(1);
      assertThat(registry.get("wadi.webhook.failed").counter().count()).isGreaterThanOrEqualTo(10);
      assertThat(kit.status("hook").reason())
          .isEqualTo("the last requests all failed, the last one with: status 500");
      assertThat(kit.deliveries.troubled().get("hook")).startsWith("failing: the last requests");

      receiver.answer(TestReceiver.status(200));
      await().atMost(LIMIT).until(() -> kit.isDone("hook"));
      await().atMost(LIMIT).until(() -> value("wadi.webhook.breaker.open") == 0);
      var group = kit.groups.find("webhook.hook").orElseThrow();
      long dead = kit.groups.countDead(group);
      await().atMost(LIMIT).until(() -> value("wadi.webhook.dead") == dead);
      assertThat(registry.get("wadi.webhook.delivered").counter().count()).isEqualTo(20 - dead);
      assertThat(kit.deliveries.troubled()).isEmpty();
    }
  }

  @Test
  void receiver_that_asks_for_a_pause_is_shown_as_waiting() throws Exception {
    try (var kit = new WebhookKit();
        var receiver = new TestReceiver(TestReceiver.status(503, "Retry-After: 600"))) {
      kit.create("hook", receiver.url());
      kit.append("a");
      await().atMost(LIMIT).until(() -> kit.deliveries.troubled().containsKey("hook"));
      assertThat(kit.deliveries.troubled().get("hook"))
          .isEqualTo("waiting: the receiver asked to be left alone by Retry-After");
      assertThat(kit.status("hook").pausedMs()).isBetween(500_000L, 600_000L);
    }
  }

  @Test
  void webhooks_beyond_the_hundredth_are_counted_together() {
    var meters = new WebhookMeters();
    meters.meet(registry);
    var served = new TreeMap<String, WebhookStatus>();
    for (int i = 0; i < 2 * WebhookMeters.MOST; i++) {
      served.put("hook-" + i, new WebhookStatus("active", null, 0, 0, null));
    }
    meters.show(served, Map.of());
    served.keySet().forEach(name -> meters.of(name).sent(1, 0, Duration.ofMillis(1)));
    assertThat(registry.find("wadi.webhook.delivered").counters()).hasSize(WebhookMeters.MOST + 1);
    assertThat(
            registry
                .get("wadi.webhook.delivered")
                .tag("webhook", WebhookMeters.OTHERS)
                .counter()
                .count())
        .isEqualTo(WebhookMeters.MOST);

    meters.show(Map.of(), Map.of());
    assertThat(registry.find("wadi.webhook.delivered").counters()).hasSize(1);
    assertThat(registry.find("wadi.webhook.lag").gauges()).isEmpty();
  }

  private double value(String gauge) {
    var found = registry.find(gauge).gauge();
    return found == null ? -1 : found.value();
  }
}
