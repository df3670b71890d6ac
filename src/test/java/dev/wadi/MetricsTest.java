package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wadi.kit.ApiClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What monitoring may rely on: health and metrics on the management port. */
@Tag("slow")
class MetricsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern METRIC = Pattern.compile("\\bwadi_[a-z_]+");

  private final WadiForApi wadi = WadiForApi.shared();
  private final ApiClient management =
      new ApiClient("http://127.0.0.1:" + wadi.environment().get("WADI_MANAGEMENT_PORT"), "");

  @Test
  void every_metric_is_documented_and_every_documented_metric_is_served() throws IOException {
    wadi.consumed("");
    awaitMetric("wadi_group_lag_events");
    var documented = new TreeSet<String>();
    for (var line : Files.readAllLines(Path.of("docs/monitoring.md"))) {
      var row = Pattern.compile("\\| `(wadi_[a-z_]+)").matcher(line);
      if (row.lookingAt()) {
        documented.add(row.group(1));
      }
    }

    // A group's figures come one after the other.
    var served = await().until(this::served, found -> found.containsAll(documented));
    var ofWebhooks = Files.readString(Path.of("docs/webhooks.md"));
    served.removeIf(name -> ofWebhooks.contains("`" + name));
    assertThat(served).isEqualTo(documented);
  }

  @Test
  void every_metric_says_in_words_what_it_is() {
    for (var line : metrics().lines().filter(line -> line.startsWith("# HELP wadi_")).toList()) {
      assertThat(line.split(" ", 4)).as(line).hasSize(4);
    }
  }

  @Test
  void figures_of_a_group_count_what_it_does() {
    var consumed = wadi.consumed(", \"ack_wait_ms\": 86400000");
    consumed.captured().insert(1, 2, 3);
    var received = consumed.receive(2);
    consumed.ack(WadiForApi.ackIds(received).subList(0, 1));

    awaitValue("wadi_group_acked_total{group=\"%s\"}".formatted(consumed.group()), 1);
    awaitValue("wadi_group_expired_total{group=\"%s\"}".formatted(consumed.group()), 0);
    awaitValue("wadi_group_in_flight{group=\"%s\"}".formatted(consumed.group()), 1);
    awaitValue("wadi_group_lag_events{group=\"%s\"}".formatted(consumed.group()), 2);
    awaitValue("wadi_group_delivered_total{group=\"%s\"}".formatted(consumed.group()), 2);
  }

  @Test
  void figures_of_a_group_go_with_it() {
    var consumed = wadi.consumed("");
    var figure = "wadi_group_dead{group=\"%s\"}".formatted(consumed.group());
    awaitMetric(figure);
    wadi.api().delete("/api/consumer_groups/" + consumed.group());

    await(figure + " goes").atMost(LIMIT).until(() -> !metrics().contains(figure));
  }

  @Test
  void appends_and_what_pipelines_took_are_counted() {
    double before = value("wadi_append_events_total");
    double batches = value("wadi_append_duration_seconds_count");
    var captured = wadi.captured();
    captured.insert(1, 2);

    awaitValue("wadi_pipeline_changes_total{pipeline=\"%s\"}".formatted(captured.name()), 2);
    assertThat(value("wadi_append_events_total")).isGreaterThanOrEqualTo(before + 2);
    assertThat(value("wadi_append_duration_seconds_count")).isGreaterThan(batches);
  }

  @Test
  void a_capture_that_keeps_up_lags_hardly_more_than_a_heartbeat() {
    await("heartbeats are stored")
        .atMost(LIMIT)
        .until(() -> value("wadi_capture_lag_seconds"), lag -> lag < 3);
    assertThat(value("wadi_capture_state{state=\"streaming\"}")).isEqualTo(1);
    assertThat(value("wadi_slot_until_lost_seconds")).isPositive();
  }

  @Test
  void liveness_is_told_apart_from_readiness() {
    assertThat(checks("live")).containsExactly("context", "engine");
    assertThat(checks("ready"))
        .containsExactly(
            "capture", "context", "engine", "event-log", "position", "slot", "webhooks");
    assertThat(management.get("/observe/health/ready").status()).isEqualTo(200);
  }

  @Test
  void the_mbean_of_captures_route_tells_its_exchanges() throws Exception {
    wadi.captured().insert(1);
    var route = new ObjectName("org.apache.camel:context=wadi,type=routes,name=\"capture\"");

    var exchanges =
        ManagementFactory.getPlatformMBeanServer().getAttribute(route, "ExchangesTotal");

    assertThat((Long) exchanges).isPositive();
  }

  @Test
  void dashboard_and_alerts_name_only_metrics_that_are_served() throws IOException {
    wadi.consumed("");
    awaitMetric("wadi_group_lag_events");
    var served = served();
    // They are there once a webhook is; the webhooks' own test holds their names.
    var ofWebhooks = METRIC.matcher(Files.readString(Path.of("docs/webhooks.md")));
    while (ofWebhooks.find()) {
      served.add(ofWebhooks.group().replaceFirst("_seconds_(bucket|sum|count)$", "_seconds"));
    }
    for (var file : List.of("ops/grafana-dashboard.json", "ops/alerts.yaml")) {
      var names = METRIC.matcher(Files.readString(Path.of(file)));
      while (names.find()) {
        var name = names.group().replaceFirst("_seconds_(bucket|sum|count)$", "_seconds");
        assertThat(served).as(file).contains(name);
      }
    }
  }

  private List<String> checks(String kind) {
    var names = new ArrayList<String>();
    var answer = management.get("/observe/health/" + kind + "?exposureLevel=full").json();
    for (JsonNode check : answer.path("checks")) {
      names.add(check.path("name").asText());
    }
    names.sort(null);
    return names;
  }

  /** The names of Wadi's metrics; a histogram and its greatest value count as one. */
  private TreeSet<String> served() {
    var names = new TreeSet<String>();
    for (var line : metrics().lines().filter(line -> line.startsWith("# HELP wadi_")).toList()) {
      names.add(line.split(" ")[2].replaceFirst("_seconds_max$", "_seconds"));
    }
    return names;
  }

  private void awaitMetric(String start) {
    await(start).atMost(LIMIT).until(() -> metrics().contains("\n" + start));
  }

  private void awaitValue(String metric, double wanted) {
    await(metric).atMost(LIMIT).until(() -> value(metric), value -> value == wanted);
  }

  private double value(String metric) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(metric + " "))
        .map(line -> line.substring(metric.length() + 1).replace("+Inf", "Infinity"))
        .mapToDouble(Double::parseDouble)
        .findFirst()
        .orElse(Double.NaN);
  }

  private String metrics() {
    return management.get("/observe/metrics").body();
  }
}
