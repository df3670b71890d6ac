package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.webhook.TestReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Nothing that lets anybody in, and nothing of the rows, is ever logged, not even for debugging.
 */
class SecretsInLogsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String KEY = "c2VjcmV0LWtleS1vZi10aGUtdGVzdC1vZi1sb2dzISE=";

  private static final String PREVIOUS_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  @TempDir private Path folder;

  private final EmbeddedDatabase database = EmbeddedDatabase.create();
  private final Lines lines = new Lines();
  private final List<String> secrets =
      new ArrayList<>(
          List.of(
              "canary-password",
              "canary-in-url",
              "canary-api-token",
              KEY,
              PREVIOUS_KEY,
              "canary-header"));

  private static final List<String> NEVER =
      List.of("org.apache.hc.client5.http.headers", "org.apache.hc.client5.http.wire");

  @Test
  void loggers_that_write_requests_out_are_off_as_shipped() throws IOException {
    var shipped = Files.readString(Path.of("src/main/resources/logback.xml"));
    for (var logger : NEVER) {
      assertThat(shipped).contains("<logger name=\"" + logger + "\" level=\"OFF\"/>");
    }
  }

  @Test
  void no_secret_is_logged_at_any_level_of_wadi_and_camel() throws Exception {
    var role = "logs_" + database.name();
    database.execute("create role %s superuser login password 'canary-password'".formatted(role));
    database.execute("create table orders (id int primary key, note text)");
    database.execute("alter table orders replica identity full");
    Capture.createEventTable(database, "public.events");
    var environment = environment(role);
    record(Level.DEBUG);
    String consoles;
    try (var receiver = new TestReceiver(TestReceiver.status(500));
        var wadi = WadiInside.start(environment)) {
      wadi.awaitStreaming();
      consoles =
          new ApiClient("http://127.0.0.1:" + environment.get("WADI_MANAGEMENT_PORT"), "")
              .get("/q/dev/properties")
              .body();
      use(
          new ApiClient(
              "http://127.0.0.1:" + environment.get("WADI_HTTP_PORT"), "canary-api-token"),
          receiver);
    } finally {
      record(null);
    }

    assertThat(lines.told).hasSizeGreaterThan(100);
    assertThat(consoles).contains("wadi.database.url");
    for (var secret : secrets) {
      assertThat(consoles).as("developer console").doesNotContain(secret);
      assertThat(lines.told).as(secret).noneMatch(line -> line.contains(secret));
    }
  }

  private void use(ApiClient api, TestReceiver receiver) {
    secrets.add(api.post("/api/tokens", "{\"name\": \"made\"}").text("/token"));
    api.with("canary-wrong-token").get("/api/streams");
    secrets.add("canary-wrong-token");
    api.post("/api/streams", "{\"name\": \"events\", \"table\": \"public.events\"}");
    api.post("/api/consumer_groups", "{\"name\": \"billing\", \"stream\": \"events\"}");
    var hook =
        api.post(
            "/api/webhooks",
            """
            {"name": "hook", "stream": "events", "url": "%s", "headers": {"X-Key": "canary-header"}}
            """
                .formatted(receiver.url()));
    assertThat(hook.status()).as(hook.body()).isEqualTo(201);
    secrets.add(hook.text("/secret"));
    secrets.add(api.post("/api/webhooks/hook/rotate_secret", "").text("/secret"));
    api.post("/api/webhooks", "{\"name\": \"bad\", \"secret\": \"whsec_canary\"}");
    secrets.add("whsec_canary");

    database.execute("insert into orders values (1, 'canary-row')");
    secrets.add("canary-row");
    var received = api.get("/api/consumer_groups/billing/receive?wait_for=20s");
    var ids = WadiForApi.ackIds(received);
    assertThat(ids).hasSize(1);
    secrets.addAll(ids);
    api.post("/api/consumer_groups/billing/ack", WadiForApi.ackIds(ids));
    api.post("/api/consumer_groups/billing/ack", "{\"ack_ids\": [\"" + ids.get(0) + "\", 7]}");
    await("the webhook is tried").atMost(LIMIT).until(() -> !receiver.requests().isEmpty());
    secrets.add(receiver.requests().get(0).header("webhook-signature"));
  }

  private Map<String, String> environment(String role) throws Exception {
    var routes = RouteFiles.copiedTo(folder).pipeline("orders", "public.orders", "public.events");
    var environment = WadiEnvironment.of(database, routes);
    environment.put("WADI_DATABASE_USER", role);
    environment.put("WADI_DATABASE_PASSWORD", "canary-password");
    environment.put("WADI_API_TOKEN", "canary-api-token");
    environment.put("WADI_SECRET_KEY", KEY);
    environment.put("WADI_SECRET_KEY_PREVIOUS", PREVIOUS_KEY);
    var url = environment.get("WADI_DATABASE_URL");
    environment.put(
        "WADI_LOG_URL", url + (url.contains("?") ? "&" : "?") + "password=canary-in-url");
    environment.put("WADI_WEBHOOK_ALLOW_HTTP", "true");
    environment.put("WADI_WEBHOOK_ALLOWED_HOSTS", "127.0.0.1");
    return environment;
  }

  /** Takes down what Wadi, Camel and the libraries that know secrets say; null to stop it. */
  private void record(Level level) {
    NEVER.forEach(name -> ((Logger) LoggerFactory.getLogger(name)).setLevel(Level.OFF));
    for (var name :
        List.of(
            "wadi",
            "dev.wadi",
            "org.apache.camel",
            "com.zaxxer.hikari",
            "io.debezium",
            "org.apache.hc",
            "io.vertx",
            "org.flywaydb")) {
      var logger = (Logger) LoggerFactory.getLogger(name);
      logger.setLevel(level);
      logger.setAdditive(level == null);
      if (level == null) {
        logger.detachAppender(lines);
      } else {
        lines.start();
        logger.addAppender(lines);
      }
    }
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final List<String> told = new ArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      var failure = event.getThrowableProxy();
      told.add(
          event.getFormattedMessage()
              + (failure == null ? "" : ThrowableProxyUtil.asString(failure)));
    }
  }
}
