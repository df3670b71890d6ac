package dev.wadi.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The metrics of one webhook, under names that stay. */
final class WebhookMeter {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> gauges = new ArrayList<>();
  private final Counter delivered;
  private final Counter failed;
  private final Timer latency;
  private volatile @Nullable WebhookStatus status;
  private volatile long dead;
  private boolean passed;

  /**
   * @param webhook value of the label
   */
  WebhookMeter(MeterRegistry registry, String webhook) {
    this.registry = registry;
    this.tags = Tags.of("webhook", webhook);
    this.delivered =
        Counter.builder("wadi.webhook.delivered")
            .description("Messages that the receiver took")
            .tags(tags)
            .register(registry);
    this.failed =
        Counter.builder("wadi.webhook.failed")
            .description("Messages that the receiver did not take, counted at every attempt")
            .tags(tags)
            .register(registry);
    this.latency =
        Timer.builder("wadi.webhook.latency")
            .description("How long a request took until its reply was read, or failed")
            .serviceLevelObjectives(BUCKETS)
            .tags(tags)
            .register(registry);
  }

  /** Notes a request that is over. */
  void sent(int taken, int refused, Duration duration) {
    delivered.increment(taken);
    failed.increment(refused);
    latency.record(duration);
  }

  /** What the gauges tell from now on. */
  void show(WebhookStatus now, long deadLetters) {
    boolean first = status == null;
    status = now;
    dead = deadLetters;
    if (first) {
      addGauges();
    }
  }

  /** Whether it may be taken away: one that was not shown yet may be shown at the next look. */
  boolean mayGo() {
    boolean may = status != null || passed;
    passed = true;
    return may;
  }

  /** Takes all its metrics away. */
  void remove() {
    gauges.forEach(registry::remove);
    List.of(delivered, failed, latency).forEach(registry::remove);
  }

  private void addGauges() {
    gauge("lag", "Events that are not settled", WebhookMeter::lag);
    gauge("dead", "Messages that were given up and wait to be redelivered", meter -> meter.dead);
    gauge(
        "breaker.open",
        "1 while the receiver gets single requests only, because the last ones all failed",
        meter -> meter.is("failing"));
    for (var state : WebhookStatus.STATES) {
      gauges.add(
          Gauge.builder("wadi.webhook.state", this, meter -> meter.is(state))
              .description("1 for the state that the webhook is in")
              .tags(tags.and("state", state))
              .register(registry));
    }
  }

  private void gauge(String name, String description, ToDoubleFunction<WebhookMeter> value) {
    gauges.add(
        Gauge.builder("wadi.webhook." + name, this, value)
            .description(description)
            .tags(tags)
            .register(registry));
  }

  private double lag() {
    var now = status;
    return now == null || now.group() == null ? Double.NaN : now.group().lag();
  }

  private double is(String state) {
    var now = status;
    return now != null && now.state().equals(state) ? 1 : 0;
  }
}
