package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.wadi.api.Tokens;
import dev.wadi.kit.ApiClient;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.FreePort;
import dev.wadi.postgres.DatabaseAddress;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a stranger, and a web page in the browser of somebody who runs Wadi, cannot do. */
class ExposureTest {

  private static final int RATE = 20;

  private static final WadiForApi FIRST = WadiForApi.shared();
  private static final Map<String, String> ENVIRONMENT = FIRST.environment();
  @TempDir private Path folder;

  private static WadiInside wadi;
  private static ApiClient api;

  @BeforeAll
  static void start() {
    ENVIRONMENT.put("WADI_HTTP_PORT", Integer.toString(FreePort.next()));
    ENVIRONMENT.put("WADI_MANAGEMENT_PORT", Integer.toString(FreePort.next()));
    ENVIRONMENT.put("WADI_HTTP_URL", "http://wadi.example.com");
    ENVIRONMENT.put("WADI_API_REQUESTS_PER_SECOND", Integer.toString(RATE));
    wadi = WadiInside.start(ENVIRONMENT);
    wadi.awaitStandingBy();
    api = new ApiClient("http://127.0.0.1:" + port("WADI_HTTP_PORT"), WadiForApi.TOKEN);
  }

  @AfterAll
  static void stop() {
    wadi.close();
  }

  @Test
  void a_page_whose_name_leads_to_this_machine_is_refused() throws IOException {
    for (var path : new String[] {"/", "/health", "/api/pipelines"}) {
      var refused = raw(port("WADI_HTTP_PORT"), "GET " + path, "Host: evil.example:7376");
      assertThat(refused).as(path).startsWith("HTTP/1.1 421");
    }
    assertThat(raw(port("WADI_MANAGEMENT_PORT"), "GET /observe/health", "Host: evil.example"))
        .startsWith("HTTP/1.1 421");
  }

  @Test
  void names_of_this_machine_and_the_one_in_the_settings_are_right() throws IOException {
    for (var host :
        new String[] {
          "localhost", "LOCALHOST:7376", "127.0.0.1", "[::1]:7376", "wadi.example.com"
        }) {
      assertThat(raw(port("WADI_HTTP_PORT"), "GET /", "Host: " + host))
          .as(host)
          .startsWith("HTTP/1.1 200");
    }
    assertThat(raw(port("WADI_MANAGEMENT_PORT"), "GET /observe/metrics", "Host: localhost"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void a_request_that_cannot_be_read_is_refused_in_json_and_leaves_no_line_in_the_log()
      throws IOException {
    var vertx = (Logger) LoggerFactory.getLogger("io.vertx");
    var lines = new ListAppender<ILoggingEvent>();
    lines.list = new CopyOnWriteArrayList<>();
    lines.start();
    vertx.addAppender(lines);
    try {
      for (var port : List.of(port("WADI_HTTP_PORT"), port("WADI_MANAGEMENT_PORT"))) {
        for (var path : List.of("/%zz", "/api/streams/%zz", "/api/streams/%", "/q/dev/%f")) {
          assertThat(raw(port, "GET " + path, "Host: localhost"))
              .as(path)
              .startsWith("HTTP/1.1 400")
              .containsIgnoringCase("Content-Type: application/json")
              .contains("{\"summary\":\"The path cannot be read");
        }
      }
      for (var header : List.of("Content-Type: application/json; x=\"", "Accept: x/y; x=\"")) {
        for (var path : List.of("/api/streams", "/health", "/", "/console/main.js")) {
          var headers = "Host: localhost\r\nAuthorization: Bearer " + WadiForApi.TOKEN + "\r\n";
          assertThat(raw(port("WADI_HTTP_PORT"), "GET " + path, headers + header))
              .as("%s with %s", path, header)
              .startsWith("HTTP/1.1 415")
              .contains("cannot be read");
        }
        assertThat(manage("/observe/metrics", header)).as(header).startsWith("HTTP/1.1 415");
      }
      assertThat(lines.list).isEmpty();
    } finally {
      vertx.detachAppender(lines);
    }
  }

  @Test
  void no_other_origin_is_invited() throws IOException {
    var asked =
        raw(
            port("WADI_HTTP_PORT"),
            "OPTIONS /api/pipelines",
            "Host: localhost\r\n"
                + "Origin: https://evil.example\r\n"
                + "Access-Control-Request-Method: POST");

    assertThat(asked).startsWith("HTTP/1.1 405").doesNotContainIgnoringCase("Access-Control-Allow");
  }

  @Test
  void the_management_port_answers_no_page_of_others() throws IOException {
    for (var path : new String[] {"/q/dev/health", "/observe/metrics"}) {
      for (var site : new String[] {"cross-site", "same-site"}) {
        assertThat(manage(path, "Sec-Fetch-Site: " + site)).startsWith("HTTP/1.1 403");
      }
      assertThat(manage(path, "Sec-Fetch-Site: none")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void the_developer_console_tells_and_does_not_act() throws IOException {
    var sink = folder.resolve("sent");
    assertThat(manage("/q/dev", "Accept: application/json"))
        .contains("\"route\"", "\"health\"")
        .doesNotContain("\"send\"", "\"receive\"", "\"bean\"", "\"browse\"", "\"trace\"");
    for (var path : new String[] {"send", "%73end", "send/..", "./send", "all", "bean"}) {
      assertThat(manage("/q/dev/" + path + "?endpoint=file:" + sink + "&body=made", "Accept: */*"))
          .as(path)
          .startsWith("HTTP/1.1 403");
    }
    assertThat(sink).doesNotExist();
    for (var id : new String[] {"route", "processor", "route-group", "all"}) {
      assertThat(manage("/q/dev/" + id + "?action=stop&filter=capture", "Accept: */*"))
          .as(id)
          .startsWith("HTTP/1.1 403");
    }
    assertThat(manage("/q/dev/route", "Accept: */*")).contains("Id: capture");
  }

  private static String manage(String path, String header) throws IOException {
    return raw(port("WADI_MANAGEMENT_PORT"), "GET " + path, "Host: localhost\r\n" + header);
  }

  @Test
  void answers_say_how_they_may_be_used_and_not_who_serves() throws IOException {
    var answer = raw(port("WADI_HTTP_PORT"), "GET /api/pipelines", "Host: localhost");

    assertThat(answer)
        .startsWith("HTTP/1.1 401")
        .containsIgnoringCase("X-Content-Type-Options: nosniff")
        .containsIgnoringCase("Cache-Control: no-store")
        .containsIgnoringCase("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'")
        .containsIgnoringCase("Cross-Origin-Resource-Policy: same-origin")
        .containsIgnoringCase("Referrer-Policy: no-referrer")
        .doesNotContainIgnoringCase("\nServer:")
        .doesNotContainIgnoringCase("X-Powered-By");
  }

  @Test
  void a_token_that_asks_too_often_is_told_when_to_come_back() {
    var made = FIRST.api().post("/api/tokens", "{\"name\": \"%s\"}".formatted(FIRST.name("fast-")));
    var fast = api.with(made.text("/token"));
    org.awaitility.Awaitility.await("the token is known")
        .until(() -> fast.get("/api/version").status() != 401);

    var refused =
        IntStream.range(0, 10 * RATE)
            .mapToObj(n -> fast.get("/api/version"))
            .filter(reply -> reply.status() == 429)
            .findFirst()
            .orElseThrow();

    assertThat(refused.summary()).contains("may make " + RATE + " requests in a second");
    assertThat(refused.header("Retry-After")).isEqualTo("1");
  }

  @Test
  void an_action_that_comes_too_often_is_told_with_who_did_it() {
    var audit = (Logger) LoggerFactory.getLogger("wadi.audit");
    var lines = new ListAppender<ILoggingEvent>();
    lines.list = new CopyOnWriteArrayList<>();
    lines.start();
    audit.setLevel(Level.INFO);
    audit.addAppender(lines);
    try {
      var answers =
          IntStream.range(0, 10 * RATE)
              .parallel()
              .mapToObj(n -> api.delete("/api/streams/none").status());
      assertThat(answers).contains(429);
      org.awaitility.Awaitility.await("its line")
          .untilAsserted(
              () ->
                  assertThat(lines.list)
                      .extracting(ILoggingEvent::getFormattedMessage)
                      .contains(
                          "audit: who=wadi.api.token operation=delete-stream subject=none"
                              + " outcome=429"));
    } finally {
      audit.detachAppender(lines);
      audit.setLevel(null);
    }
  }

  @Test
  void a_wadi_that_does_not_know_its_tokens_starts_closed_and_one_without_any_does_not_start() {
    var settings =
        Settings.load(Path.of("target"), Map.of("WADI_HTTP_HOST", "0.0.0.0", "WADI_API_TOKEN", ""));
    var away = new DatabaseAddress("jdbc:postgresql://localhost:1/none", "nobody", "");
    var empty = EmbeddedDatabase.create().dataSource();

    FirstToken.show(settings, new Tokens(away.sessions(), ""));
    assertThatThrownBy(() -> FirstToken.show(settings, new Tokens(empty, "")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("must be loopback as long as there is no token");
  }

  @Test
  void what_is_open_to_others_is_told_by_the_address_that_is_listened_on() throws IOException {
    Files.writeString(
        folder.resolve("application.properties"),
        "camel.server.host=127.0.0.1\ncamel.management.host=0.0.0.0\n");
    var environment = FIRST.environment();
    environment.put("WADI_HTTP_HOST", "0.0.0.0");
    environment.put("WADI_HTTP_PORT", Integer.toString(FreePort.next()));
    environment.put("WADI_MANAGEMENT_PORT", Integer.toString(FreePort.next()));
    int api = Integer.parseInt(environment.get("WADI_HTTP_PORT"));
    int management = Integer.parseInt(environment.get("WADI_MANAGEMENT_PORT"));

    try (var other = WadiInside.start(folder, environment)) {
      other.awaitStandingBy();
      assertThat(raw(api, "GET /health", "Host: evil.example")).startsWith("HTTP/1.1 421");
      assertThat(raw(management, "GET /observe/health/live", "Host: wadi.example"))
          .startsWith("HTTP/1.1 200");
      assertThat(raw(management, "GET /q/dev/route", "Host: localhost")).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void a_wadi_whose_address_is_camels_setting_needs_a_token_beyond_loopback() throws IOException {
    var empty = EmbeddedDatabase.create().dataSource();
    for (var host : List.of("0.0.0.0", "127.example")) {
      Files.writeString(folder.resolve("application.properties"), "camel.server.host=" + host);
      var settings = Settings.load(folder, Map.of("WADI_HTTP_HOST", "127.0.0.1"));

      assertThatThrownBy(() -> FirstToken.show(settings, new Tokens(empty, "")))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("must be loopback as long as there is no token (got '" + host);
    }
  }

  @Test
  void wrong_tokens_cannot_be_tried_without_end() {
    var guesses = IntStream.range(0, 80).mapToObj(n -> api.with("guess" + n).get("/api/version"));

    assertThat(guesses).extracting(ApiClient.Reply::status).contains(401, 429);
    org.awaitility.Awaitility.await("the chosen token is let in again")
        .until(() -> api.get("/api/version").status() == 200);
  }

  private static int port(String setting) {
    return Integer.parseInt(ENVIRONMENT.get(setting));
  }

  private static String raw(int port, String request, String headers) throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      var text = request + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
