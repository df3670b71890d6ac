package dev.wadi;

import static dev.wadi.WadiForApi.ackIds;
import static dev.wadi.WadiForApi.keys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.wadi.WadiForApi.Consumed;
import dev.wadi.kit.ApiClient;
import dev.wadi.kit.FreePort;
import dev.wadi.kit.HangingCall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two Wadis on one database: what the one serves can be asked of the other. */
class ForwardingTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MANY = 200;

  private static final WadiForApi OWNER = WadiForApi.shared();
  private static WadiInside other;
  private static String otherUrl;
  private static ApiClient api;

  @BeforeAll
  static void start() {
    var environment = OWNER.environment();
    environment.put("WADI_HTTP_PORT", Integer.toString(FreePort.next()));
    environment.put("WADI_MANAGEMENT_PORT", Integer.toString(FreePort.next()));
    other = WadiInside.start(environment);
    other.awaitStandingBy();
    otherUrl = "http://127.0.0.1:" + environment.get("WADI_HTTP_PORT");
    awaitSpread();
    api = new ApiClient(otherUrl, WadiForApi.TOKEN);
  }

  @AfterAll
  static void stop() {
    other.close();
  }

  @Test
  void every_call_for_a_group_is_answered_by_its_owner() {
    var consumed = consumed();
    consumed.captured().insert(1, 2);

    var received = api.post(consumed.pull("receive"), "{\"batch_size\": 2, \"wait_for\": \"20s\"}");
    var ids = ackIds(received);
    var acked = api.post(consumed.path("ack"), ackIds(ids.subList(0, 1)));
    var nacked =
        api.post(
            consumed.pull("nack"),
            "{\"items\": [{\"ack_id\": \"" + ids.get(1) + "\", \"delay_ms\": 86400000}]}");

    assertThat(keys(received)).containsExactly("1", "2");
    assertThat(acked.text("/results/" + ids.get(0))).isEqualTo("acked");
    assertThat(nacked.text("/results/" + ids.get(1))).isEqualTo("nacked");
    assertThat(api.get(consumed.path("status")).text("/parked_keys")).isEqualTo("1");
    assertThat(api.get(consumed.path("blocked")).text("/data/0/key")).contains("2");
    assertThat(api.post(consumed.path("dead/redrive"), "").text("/redriven")).isEqualTo("0");
    assertThat(api.post(consumed.path("seek"), "{\"to\": \"latest\"}").status()).isEqualTo(200);
    assertThat(OWNER.api().get(consumed.path("status")).text("/cursor")).isEqualTo("2");
  }

  /** A request's target need not be a path, and would be the end of another address. */
  @Test
  void a_call_is_handed_to_the_owner_and_to_nobody_else() throws Exception {
    var consumed = consumed();
    try (var stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var target =
          "@127.0.0.1:%d/?://x%s".formatted(stranger.getLocalPort(), consumed.pull("receive"));

      var answer = otherAnswer(target);

      assertThat(answer).startsWith("HTTP/1.1 400");
      stranger.setSoTimeout(1);
      assertThatThrownBy(stranger::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void a_webhook_is_sent_elsewhere_by_whichever_process_is_asked() {
    var path = "/api/webhooks/" + webhook();

    var sought =
        await("the other process knows the owner")
            .atMost(LIMIT)
            .until(
                () -> api.post(path + "/seek", "{\"to\": \"latest\"}"),
                answer -> answer.status() == 200);

    assertThat(sought.text("/url")).isEqualTo("https://example.com/hook");
    assertThat(api.post(path + "/redeliver", "").text("/redelivered")).isEqualTo("0");
  }

  @Test
  void a_refusal_of_the_owner_is_handed_back() {
    var consumed = consumed();

    var refused = api.get(consumed.pull("receive?batch_size=0"));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.summary()).startsWith("Invalid `batch_size`");
    assertThat(api.with("guessed").get(consumed.pull("receive")).status()).isEqualTo(401);
    assertThat(api.get("/api/http_pull_consumers/nobody/receive").status()).isEqualTo(404);
  }

  @Test
  void long_polls_wait_at_the_owner_and_end_with_their_callers() throws Exception {
    var consumed = consumed();
    var gone = HangingCall.get(api, consumed.pull("receive?wait_for=5m"));
    awaitWaiting(consumed, 1);
    gone.close();
    awaitWaiting(consumed, 0);

    var polls =
        IntStream.range(0, MANY)
            .mapToObj(n -> api.later("GET", consumed.pull("receive?wait_for=5m"), ""))
            .toList();
    awaitWaiting(consumed, MANY);
    OWNER
        .database()
        .execute(
            "insert into %s select n, '' from generate_series(1, %d) n"
                .formatted(consumed.captured().source(), MANY));

    var keys = polls.stream().flatMap(poll -> keys(poll.join()).stream()).toList();
    assertThat(keys).hasSize(MANY).doesNotHaveDuplicates();
  }

  @Test
  void a_call_is_handed_over_once() {
    var consumed = consumed();

    var refused = api.call("GET", consumed.pull("receive"), "", "wadi-hop", "1");

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(refused.summary()).contains("is served by " + OWNER.api().url());
  }

  @Test
  void an_owner_that_does_not_answer_is_named() {
    var consumed = consumed();
    var nobody = "http://127.0.0.1:" + FreePort.next();
    setOwner(consumed, nobody);

    await("the other process looks there")
        .atMost(LIMIT)
        .until(() -> api.get(consumed.pull("receive")).summary().contains(nobody));

    var refused = api.get(consumed.pull("receive"));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    setOwner(consumed, OWNER.api().url());
  }

  @Test
  void an_owner_whose_address_cannot_be_called_is_named() {
    var consumed = consumed();
    var nowhere = "http://my_host:7376";
    setOwner(consumed, nowhere);

    var refused =
        await("the other process looks there")
            .atMost(LIMIT)
            .until(
                () -> api.get(consumed.pull("receive")),
                answer -> answer.summary().contains(nowhere));

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.summary()).contains("set wadi.http.url");
    setOwner(consumed, OWNER.api().url());
  }

  @Test
  void a_query_that_is_no_part_of_an_address_is_refused() throws Exception {
    var answer = otherAnswer(consumed().pull("receive?wait_for=5s|"));

    assertThat(answer).startsWith("HTTP/1.1 400").contains("The query cannot be read");
  }

  private static void setOwner(Consumed consumed, String url) {
    OWNER
        .database()
        .execute(
            "update wadi.consumer_groups set owner_url = '%s' where name = '%s'"
                .formatted(url, consumed.group()));
  }

  /** What the other process answers to a request's target that no client of Java's would send. */
  private static String otherAnswer(String target) throws IOException {
    try (var call = new Socket("127.0.0.1", URI.create(otherUrl).getPort())) {
      var request =
          "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
              .formatted(target, WadiForApi.TOKEN);
      call.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Every other new group is the owner's; the other process knows it as such. */
  private static Consumed consumed() {
    var consumed = OWNER.consumed("");
    while (!ownerOf(consumed).equals(OWNER.api().url())) {
      consumed = OWNER.consumed("");
    }
    awaitKnown(consumed);
    return consumed;
  }

  /** One whose group is the owner's. */
  private static String webhook() {
    var stream = OWNER.consumed("").stream();
    for (int number = 1; ; number++) {
      var name = "hook-" + number;
      var body = "{\"name\": \"%s\", \"stream\": \"%s\", \"url\": \"https://example.com/hook\"}";
      assertThat(OWNER.api().post("/api/webhooks", body.formatted(name, stream)).status())
          .isEqualTo(201);
      if (ownerOf("webhook." + name).equals(OWNER.api().url())) {
        return name;
      }
    }
  }

  private static String ownerOf(Consumed consumed) {
    return ownerOf(consumed.group());
  }

  private static String ownerOf(String group) {
    var sql = "select owner_url from wadi.consumer_groups where name = '%s'";
    return await("somebody serves it")
        .atMost(LIMIT)
        .until(() -> OWNER.database().rows(sql.formatted(group)).get(0), url -> !url.isEmpty());
  }

  /** Groups of other tests may be on their way to the other process. */
  private static void awaitSpread() {
    var mine = "count(*) filter (where owner_url = '" + otherUrl + "')";
    await("the other process has its share")
        .atMost(LIMIT)
        .until(
            () ->
                OWNER
                    .database()
                    .holds("select " + mine + " >= count(*) / 2 from wadi.consumer_groups"));
  }

  private static void awaitKnown(Consumed consumed) {
    await("the other process knows the owner")
        .atMost(LIMIT)
        .until(() -> api.get(consumed.path("status")).status() == 200);
  }

  private static void awaitWaiting(Consumed consumed, int count) {
    await(count + " receives wait")
        .atMost(LIMIT)
        .until(
            () ->
                OWNER
                    .api()
                    .get(consumed.path("status"))
                    .text("/waiting")
                    .equals(Integer.toString(count)));
  }
}
