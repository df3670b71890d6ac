package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.webhook.TestReceiver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a committed change to a verified request, with everything between. */
class WebhooksTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final Database database = EmbeddedDatabase.create();
  private final HttpClient client = HttpClient.newHttpClient();
  private Map<String, String> environment;
  private WadiInside wadi;

  @BeforeEach
  void start() throws IOException {
    database.execute("create table public.orders (id int primary key, note text)");
    Capture.createEventTable(database, "public.order_events");
    var routes =
        RouteFiles.copiedTo(folder).pipeline("orders", "public.orders", "public.order_events");
    environment = WadiEnvironment.of(database, routes);
    environment.put("WADI_API_TOKEN", "test");
    environment.put("WADI_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    environment.put("WADI_WEBHOOK_ALLOW_HTTP", "true");
    environment.put("WADI_WEBHOOK_ALLOWED_HOSTS", "127.0.0.1");
    wadi = WadiInside.start(environment).awaitStreaming();
    database.execute("insert into public.orders values (0, 'first')");
    Capture.awaitCaughtUp(database);
    database.execute(
        "insert into wadi.streams (name, event_table) values ('orders', 'public.order_events')");
  }

  @AfterEach
  void stop() {
    wadi.close();
  }

  @Test
  void committed_changes_arrive_signed() throws Exception {
    try (var receiver = new TestReceiver(TestReceiver.status(200))) {
      var created = call("POST", "/webhooks", body("hook", receiver));
      assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
      var secret = json(created).path("secret").asText();
      assertThat(secret).startsWith("whsec_");
      await().atMost(LIMIT).until(() -> receiver.requests().size() >= 1);

      database.execute("update public.orders set note = 'second'");
      await().atMost(LIMIT).until(() -> receiver.requests().size() >= 2);

      for (var request : receiver.requests()) {
        verify(secret, request);
      }
      var message = receiver.requests().get(1).json().at("/data/0");
      assertThat(message.at("/record/note").asText()).isEqualTo("second");
      assertThat(message.at("/metadata/consumer/name").asText()).isEqualTo("hook");
      assertThat(message.has("ack_id")).isFalse();
      assertThat(receiver.requests().get(1).header("x-key")).isEqualTo("canary-4711");
    }
  }

  @Test
  void api_manages_webhooks_and_never_shows_what_is_secret() throws Exception {
    try (var receiver = new TestReceiver(TestReceiver.status(200))) {
      call("POST", "/webhooks", body("hook", receiver));
      await().atMost(LIMIT).until(() -> receiver.requests().size() == 1);
      var shown = call("GET", "/webhooks/hook", "");
      assertThat(shown.body()).contains("x-key").doesNotContain("canary").doesNotContain("whsec_");
      assertThat(call("GET", "/webhooks", "").body()).doesNotContain("canary");
      assertThat(json(shown).at("/status/state").asText()).isEqualTo("active");
      assertThat(call("GET", "/consumer_groups", "").body()).doesNotContain("webhook.hook");
      for (var path :
          List.of("/http_pull_consumers/webhook.hook", "/consumer_groups/webhook.hook")) {
        for (var consume :
            List.of("/receive", "/receive?wait_for=20s", "/ack", "/nack", "/extend")) {
          assertThat(call("POST", path + consume, "{\"ack_ids\": [\"x\"]}").statusCode())
              .as(path + consume)
              .isEqualTo(404);
        }
      }

      assertThat(json(call("POST", "/webhooks/hook/test", "")).path("success").asBoolean())
          .isTrue();
      assertThat(receiver.requests().get(1).header("wadi-test")).isEqualTo("true");
      call("PUT", "/webhooks/hook", "{\"format\": \"cloudevents_batch\"}");
      call("POST", "/webhooks/hook/test", "");
      var tried = receiver.requests().get(2);
      assertThat(tried.header("content-type")).startsWith("application/cloudevents-batch+json");
      assertThat(tried.json().at("/0/type").asText()).isEqualTo("wadi.test");
      call("PUT", "/webhooks/hook", "{\"format\": \"standard\"}");
      assertThat(json(call("GET", "/webhooks/hook/attempts", "")).at("/data/0/status").asInt())
          .isEqualTo(200);

      assertThat(json(call("POST", "/webhooks/hook/pause", "")).at("/status/state").asText())
          .isEqualTo("paused");
      assertThat(json(call("POST", "/webhooks/hook/resume", "")).at("/status/state").asText())
          .isNotEqualTo("paused");
      assertThat(
              json(call("PUT", "/webhooks/hook", "{\"timeout_ms\": 2000}"))
                  .path("timeout_ms")
                  .asInt())
          .isEqualTo(2000);
      var rotated = json(call("POST", "/webhooks/hook/rotate_secret", ""));
      assertThat(rotated.path("secret").asText()).startsWith("whsec_");
      var early = call("POST", "/webhooks/hook/rotate_secret", "");
      assertThat(early.statusCode()).isEqualTo(409);
      assertThat(early.body()).contains("drop_previous");
      var twice = json(call("POST", "/webhooks/hook/rotate_secret", "{\"drop_previous\": true}"));
      call("POST", "/webhooks/hook/seek", "{\"position\": \"beginning\"}");
      await().atMost(LIMIT).until(() -> receiver.requests().size() == 4);
      verify(rotated.path("secret").asText(), receiver.requests().get(3));
      verify(twice.path("secret").asText(), receiver.requests().get(3));
      assertThat(json(call("GET", "/webhooks/hook/dead", "")).path("data")).isEmpty();
      database.execute(
          "insert into wadi.group_dead (group_id, seq, attempts, last_error, died_at)"
              + " select id, n, 1, '', now()"
              + " from wadi.consumer_groups, generate_series(1000001, 1001005) n"
              + " where name = 'webhook.hook'");
      var redelivered = json(call("POST", "/webhooks/hook/redeliver", ""));
      assertThat(redelivered.path("redelivered").asInt()).isEqualTo(1000);
      assertThat(redelivered.path("remaining").asInt()).isEqualTo(5);

      var refused =
          call(
              "POST",
              "/webhooks",
              "{\"name\":\"x\",\"stream\":\"orders\",\"url\":\"https://10.0.0.1/\"}");
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("must not be at a private address");
      assertThat(call("PUT", "/webhooks/hook", "{\"headers\": {\"Via\": \"x\"}}").body())
          .contains("must not set 'Via', which is not sent");
      assertThat(
              call("PUT", "/webhooks/hook", "{\"start\": {\"position\": \"beginning\"}}")
                  .statusCode())
          .isEqualTo(200);
      assertThat(call("PUT", "/webhooks/hook", "{\"start\": {\"position\": \"end\"}}").body())
          .contains("cannot be changed; `seek` goes elsewhere");
      assertThat(call("POST", "/webhooks", body("hook", receiver)).statusCode()).isEqualTo(422);
      assertThat(call("DELETE", "/webhooks/hook", "").statusCode()).isEqualTo(204);
      assertThat(call("GET", "/webhooks/hook", "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void management_port_tells_how_each_webhook_is_doing_and_stays_ready() throws Exception {
    try (var receiver = new TestReceiver(TestReceiver.status(200))) {
      call("POST", "/webhooks", body("hook", receiver));
      await().atMost(LIMIT).until(() -> metric("delivered_total{webhook=\"hook\"}") == 1);
      assertThat(metric("failed_total{webhook=\"hook\"}")).isZero();
      assertThat(metric("latency_seconds_count{webhook=\"hook\"}")).isEqualTo(1);
      assertThat(metric("latency_seconds_bucket{webhook=\"hook\",le=\"+Inf\"}")).isEqualTo(1);
      await().atMost(LIMIT).until(() -> metric("lag{webhook=\"hook\"}") == 0);
      assertThat(metric("dead{webhook=\"hook\"}")).isZero();
      assertThat(metric("breaker_open{webhook=\"hook\"}")).isZero();
      assertThat(metric("state{state=\"active\",webhook=\"hook\"}")).isEqualTo(1);

      receiver.answer(TestReceiver.status(410));
      database.execute("update public.orders set note = 'refused'");
      await().atMost(LIMIT).until(() -> metric("state{state=\"disabled\",webhook=\"hook\"}") == 1);
      assertThat(metric("failed_total{webhook=\"hook\"}")).isEqualTo(1);
      var health = management("/observe/health?exposureLevel=full&data=true");
      assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
      assertThat(health.body()).contains("hook").contains("disabled: the receiver answered 410");
      assertThat(json(call("GET", "/webhooks/hook", "")).at("/status/reason").asText())
          .isEqualTo("the receiver answered 410 Gone");

      call("DELETE", "/webhooks/hook", "");
      assertThat(management("/observe/metrics").body()).doesNotContain("webhook=\"hook\"");
    }
  }

  /** The value of a metric of webhooks; -1 if it is not there. */
  private double metric(String name) throws Exception {
    return management("/observe/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("wadi_webhook_" + name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElse(-1);
  }

  private HttpResponse<String> management(String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + environment.get("WADI_MANAGEMENT_PORT") + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  static void verify(String secret, TestReceiver.Request request) throws Exception {
    var headers =
        request.headers().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, each -> List.of(each.getValue())));
    new Webhook(secret).verify(request.body(), HttpHeaders.of(headers, (name, value) -> true));
  }

  private String body(String name, TestReceiver receiver) {
    return """
    {"name": "%s", "stream": "orders", "url": "%s", "headers": {"x-key": "canary-4711"}}
    """
        .formatted(name, receiver.url());
  }

  private HttpResponse<String> call(String method, String path, String body) throws Exception {
    var uri = URI.create("http://localhost:" + environment.get("WADI_HTTP_PORT") + "/api" + path);
    var request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer test")
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }
}
