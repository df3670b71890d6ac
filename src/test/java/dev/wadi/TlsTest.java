package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Certificate;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.FreePort;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With Camel's settings for TLS, nothing of console and API goes unencrypted. */
class TlsTest {

  private static final Duration LIMIT = Duration.ofSeconds(180);

  @TempDir private Path folder;

  @Test
  void api_and_calls_handed_to_another_process_are_encrypted() throws Exception {
    var certificate = Certificate.make(folder, "wadi", "ip:127.0.0.1,dns:localhost");
    Files.writeString(
        folder.resolve("application.properties"),
        """
        camel.ssl.enabled=true
        camel.ssl.keyStore=file:%1$s
        camel.ssl.keystorePassword=%2$s
        camel.ssl.trustStore=file:%1$s
        camel.ssl.trustStorePassword=%2$s
        camel.server.useGlobalSslContextParameters=true
        """
            .formatted(certificate.store(), Certificate.PASSWORD));
    var database = EmbeddedDatabase.create();
    Capture.createEventTable(database, "public.events");
    var environment = WadiEnvironment.of(database, RouteFiles.copiedTo(folder));
    environment.put("WADI_API_TOKEN", "secret");
    var otherEnvironment = new HashMap<>(environment);
    otherEnvironment.put("WADI_HTTP_PORT", Integer.toString(FreePort.next()));
    otherEnvironment.put("WADI_MANAGEMENT_PORT", Integer.toString(FreePort.next()));

    try (var wadi = WadiInside.start(folder, environment)) {
      var api = api(environment, certificate);
      await("Wadi serves").atMost(LIMIT).ignoreExceptions().until(() -> isServing(api));
      create(api, "event_tables", "{\"table\": \"public.made\"}");
      create(api, "streams", "{\"name\": \"made\", \"table\": \"public.made\"}");
      create(api, "consumer_groups", "{\"name\": \"billing\", \"stream\": \"made\"}");
      await("the group is served")
          .atMost(LIMIT)
          .until(() -> api.get("/api/consumer_groups/billing/status").status() == 200);

      assertThat(api.get("/api/streams").response().version())
          .isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(database.rows("select owner_url from wadi.consumer_groups"))
          .containsExactly(api.url());
      assertThatThrownBy(() -> plain(environment).get("/api/streams"))
          .hasMessageContaining("no answer");
      assertThat(wadi.camel().isStarted()).isTrue();
      try (var other = WadiInside.start(folder, otherEnvironment)) {
        var another = api(otherEnvironment, certificate);
        await("the other hands calls over")
            .atMost(LIMIT)
            .ignoreExceptions()
            .until(() -> another.get("/api/consumer_groups/billing/status").status() == 200);
        assertThat(other.camel().isStarted()).isTrue();
      }
    }
  }

  private static boolean isServing(ApiClient api) {
    return api.get("/api/streams").status() == 200;
  }

  private static void create(ApiClient api, String what, String body) {
    var reply = api.post("/api/" + what, body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
  }

  private static ApiClient plain(Map<String, String> environment) {
    return new ApiClient("http://127.0.0.1:" + environment.get("WADI_HTTP_PORT"), "secret");
  }

  private static ApiClient api(Map<String, String> environment, Certificate certificate)
      throws Exception {
    return new ApiClient(
        "https://127.0.0.1:" + environment.get("WADI_HTTP_PORT"),
        "secret",
        HttpClient.newBuilder().sslContext(certificate.trust()).build());
  }
}
