package dev.wadi;

import static dev.wadi.WadiForApi.ackIds;
import static dev.wadi.WadiForApi.keys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.WadiForApi.Consumed;
import dev.wadi.kit.ApiClient;
import dev.wadi.kit.ApiClient.Reply;
import dev.wadi.kit.HangingCall;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Streams, consumer groups and consuming over HTTP. */
class ConsumeApiTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String UNKNOWN_GROUP =
      "Not found: No `consumer` found matching the provided ID or name";
  private static final String BAD_IDS =
      "Invalid ack_ids. Must send a top-level `ack_ids` property that is a non-empty list of at"
          + " most 1000 ack ids";
  private static final String WAIT_FORM =
      "Invalid `wait_for`. When using duration strings, format must be like '60s', '5m', or"
          + " '1000ms'.";
  private static final String WAIT_RANGE =
      "Invalid `wait_for`. Must be between 500 and 300,000 milliseconds, or use duration format"
          + " like '60s', '5m', '1000ms'.";
  private static final Pattern RECORD_PK = Pattern.compile("\"record_pk\":\\s*\"([^\"]*)\"");
  private static final int MANY = 1_000;
  private static final int CALLERS = 50;

  private final WadiForApi wadi = WadiForApi.shared();
  private final ApiClient api = wadi.api();

  @Test
  void a_stream_is_made_shown_listed_and_deleted() {
    var name = wadi.name("stream_");
    var table = wadi.eventTable();
    var body = "{\"name\": \"%s\", \"table\": \"%s\"}".formatted(name, table);

    assertThat(api.post("/api/streams", body).status()).isEqualTo(201);
    assertThat(api.get("/api/streams/" + name).text("/table")).isEqualTo(table);
    assertThat(api.get("/api/streams/" + name).text("/sort_column")).isEqualTo("seq");
    assertThat(api.get("/api/streams").json().path("data").findValuesAsText("name")).contains(name);
    assertThat(api.delete("/api/streams/" + name).status()).isEqualTo(204);
    assertThat(api.get("/api/streams/" + name).summary())
        .isEqualTo("Not found: No `stream` found matching the name '" + name + "'");
    assertThat(api.delete("/api/streams/" + name).status()).isEqualTo(404);
  }

  @Test
  void a_stream_that_breaks_a_rule_is_refused() {
    var consumed = wadi.consumed("");
    var table = wadi.eventTable();

    assertThat(streamErrors("a b", table, "name"))
        .containsExactly(
            "Can only contain alphanumeric characters, underscores, hyphens, or dots.");
    assertThat(streamErrors("n".repeat(201), table, "name").get(0)).contains("at most 200");
    assertThat(streamErrors(consumed.stream(), table, "name"))
        .containsExactly("has already been taken");
    assertThat(streamErrors("free", consumed.captured().events(), "table"))
        .containsExactly("has already been taken");
    assertThat(streamErrors("free", "public.nothing", "table").get(0)).contains("must exist");
    assertThat(streamErrors("free", consumed.captured().source(), "table")).isNotEmpty();
    assertThat(
            api.post("/api/streams", "{\"name\": \"a\", \"table\": \"b\", \"sort_column\": \"id\"}")
                .errors("sort_column"))
        .containsExactly("must be seq");
    assertThat(api.delete("/api/streams/" + consumed.stream()).errors("name"))
        .containsExactly("Cannot delete stream that's used by consumers");
  }

  @Test
  void a_consumer_group_has_documented_defaults() {
    var consumed = wadi.consumed("");

    var shown = api.get("/api/consumer_groups/" + consumed.group());

    assertThat(shown.text("/stream")).isEqualTo(consumed.stream());
    assertThat(shown.text("/ack_wait_ms")).isEqualTo("30000");
    assertThat(shown.text("/max_ack_pending")).isEqualTo("10000");
    assertThat(shown.text("/max_waiting")).isEqualTo("1000");
    assertThat(shown.json().get("max_deliver").isNull()).isTrue();
    assertThat(shown.text("/start/position")).isEqualTo("beginning");
    assertThat(shown.text("/status/state")).isEqualTo("running");
  }

  @Test
  void a_consumer_group_that_breaks_a_rule_is_refused() {
    var consumed = wadi.consumed("");

    assertThat(groupErrors("\"ack_wait_ms\": 1", "ack_wait_ms"))
        .containsExactly("must be between 500 and 86400000 (got 1)");
    assertThat(groupErrors("\"max_ack_pending\": 0", "max_ack_pending")).hasSize(1);
    assertThat(groupErrors("\"max_deliver\": 1001", "max_deliver")).hasSize(1);
    assertThat(groupErrors("\"max_waiting\": 0", "max_waiting")).hasSize(1);
    assertThat(groupErrors("\"group_by\": [\"a\", \"a\"]", "group_by")).hasSize(1);
    assertThat(groupErrors("\"group_by\": [null]", "group_by.0")).containsExactly("must be text");
    assertThat(groupErrors("\"start\": {\"position\": \"middle\"}", "start")).hasSize(1);
    assertThat(groupErrors("\"start\": {\"position\": \"from\"}", "start")).hasSize(1);
    assertThat(groupErrors("\"start\": {\"position\": \"end\", \"value\": 1}", "start")).hasSize(1);
    assertThat(groupErrors("\"filters\": \"x\"", "filters")).hasSize(1);
    assertThat(groupErrors("\"filters\": [{\"column\": \"a\"}]", "filters")).hasSize(1);
    assertThat(groupErrors("\"stream\": \"nothing\"", "stream")).containsExactly("does not exist");
    assertThat(groupErrors("\"name\": \"" + consumed.group() + "\"", "name"))
        .containsExactly("has already been taken");
    assertThat(groupErrors("\"name\": \"a/b\"", "name")).hasSize(1);
  }

  @Test
  void whoever_would_read_an_event_table_that_was_dropped_is_told_so() {
    var table = wadi.eventTable();
    var stream = wadi.name("stream_");
    var group = wadi.name("group_");
    var start = "{\"name\": \"%s\", \"stream\": \"" + stream + "\", \"start\": {\"position\": %s}}";
    api.post("/api/streams", "{\"name\": \"%s\", \"table\": \"%s\"}".formatted(stream, table));
    assertThat(api.post("/api/consumer_groups", start.formatted(group, "\"end\"")).status())
        .isEqualTo(201);

    wadi.database().execute("drop table " + table);

    var seek = "/api/consumer_groups/" + group + "/seek";
    var hook = "{\"name\": \"hook\", \"stream\": \"%s\", \"url\": \"https://example.com/\"}";
    assertThat(
            List.of(
                api.post("/api/consumer_groups", start.formatted("other", "\"end\"")),
                api.post("/api/consumer_groups", start.formatted("other", "\"beginning\"")),
                api.post("/api/consumer_groups", start.formatted("o", "\"from\", \"value\": 1")),
                api.post("/api/webhooks", hook.formatted(stream)),
                api.post(seek, "{\"to\": \"earliest\"}"),
                api.post(seek, "{\"to\": \"2026-01-31T12:00:00Z\"}")))
        .allSatisfy(
            refused ->
                assertThat(refused.errors("stream"))
                    .as(refused.body())
                    .containsExactly(
                        "reads event table '%s', which is not there; make it again or delete the stream"
                            .formatted(table)));
    assertThat(api.delete("/api/consumer_groups/" + group).status()).isEqualTo(204);
  }

  @Test
  void a_group_whose_stream_is_deleted_at_the_same_time_is_not_made() throws Exception {
    var stream = wadi.name("stream_");
    var body = "{\"name\": \"%s\", \"table\": \"%s\"}".formatted(stream, wadi.eventTable());
    assertThat(api.post("/api/streams", body).status()).isEqualTo(201);
    body = "{\"name\": \"%s\", \"stream\": \"%s\"}".formatted(wadi.name("group_"), stream);
    try (var other = wadi.database().connect()) {
      other.setAutoCommit(false);
      other.createStatement().execute("delete from wadi.streams where name = '" + stream + "'");

      var made = api.later("POST", "/api/consumer_groups", body);
      wadi.awaitHeldUpBy(other);
      other.commit();

      assertThat(made.join().status()).isEqualTo(409);
      assertThat(made.join().summary()).contains("changed by another call", "try again");
    }
    assertThat(api.post("/api/consumer_groups", body).errors("stream"))
        .containsExactly("does not exist");
  }

  @Test
  void of_a_consumer_group_only_its_limits_change() {
    var consumed = wadi.consumed("");
    var path = "/api/consumer_groups/" + consumed.group();

    var changed = api.put(path, "{\"ack_wait_ms\": 1000, \"max_deliver\": 3}");

    assertThat(changed.text("/ack_wait_ms")).isEqualTo("1000");
    assertThat(changed.text("/max_deliver")).isEqualTo("3");
    assertThat(api.put(path, "{\"max_waiting\": 5}").text("/ack_wait_ms")).isEqualTo("1000");
    assertThat(api.put(path, "{\"max_deliver\": null}").json().get("max_deliver").isNull())
        .isTrue();
    assertThat(api.put(path, "{\"stream\": \"other\"}").errors("stream"))
        .containsExactly("cannot be changed; create another consumer group");
    assertThat(api.put(path, "{\"group_by\": [\"note\"]}").status()).isEqualTo(422);
    assertThat(api.put(path, "{\"start\": {\"position\": \"end\"}}").errors("start"))
        .containsExactly("cannot be changed; `seek` goes elsewhere");
    assertThat(api.put(path, "{\"start\": {\"position\": \"beginning\"}}").status()).isEqualTo(200);
    assertThat(api.put(path, "{\"name\": \"other\"}").errors("name"))
        .containsExactly("cannot be changed (is '" + consumed.group() + "')");
  }

  @Test
  void an_unknown_consumer_group_is_answered_alike_everywhere() {
    for (var family : List.of("/api/http_pull_consumers/", "/api/consumer_groups/")) {
      assertUnknown(api.get(family + "nobody/receive"));
      assertUnknown(api.post(family + "nobody/receive", "{\"wait_for\": \"60s\"}"));
      assertUnknown(api.post(family + "nobody/ack", "{\"ack_ids\": [\"a\"]}"));
      assertUnknown(api.post(family + "nobody/nack", "{\"ack_ids\": [\"a\"]}"));
      assertUnknown(api.post(family + "nobody/extend", "{\"ack_ids\": [\"a\"]}"));
    }
    for (var family : List.of("/api/http_pull_consumers/nobody", "/api/consumer_groups/nobody")) {
      for (var call : List.of("/status", "/dead", "/blocked")) {
        assertUnknown(api.get(family + call));
      }
      for (var call : List.of("/pause", "/resume", "/dead/redrive")) {
        assertUnknown(api.post(family + call, ""));
      }
      assertUnknown(api.post(family + "/seek", "{\"to\": \"latest\"}"));
    }
    assertUnknown(api.get("/api/consumer_groups/nobody"));
    assertUnknown(api.put("/api/consumer_groups/nobody", "{}"));
    assertUnknown(api.delete("/api/consumer_groups/nobody"));
  }

  @Test
  void a_message_has_the_documented_fields() {
    var consumed = wadi.consumed("");
    consumed.captured().insert(1);

    var message = consumed.receive(1).json().at("/data/0");

    assertThat(message.get("ack_id").asText()).isNotBlank();
    assertThat(message.at("/data/record/note").asText()).isEqualTo("made");
    assertThat(message.at("/data/changes").isNull()).isTrue();
    assertThat(message.at("/data/action").asText()).isEqualTo("insert");
    var metadata = message.at("/data/metadata");
    assertThat(metadata.get("seq").asLong()).isEqualTo(1);
    assertThat("public." + metadata.get("table_name").asText())
        .isEqualTo(consumed.captured().source());
    assertThat(metadata.get("table_schema").asText()).isEqualTo("public");
    assertThat(metadata.get("record_pk").asText()).isEqualTo("1");
    assertThat(metadata.get("committed_at").asText()).endsWith("Z");
    assertThat(metadata.get("idempotency_key").asText()).isNotBlank();
    assertThat(metadata.get("deliver_count").asInt()).isEqualTo(1);
    assertThat(metadata.at("/consumer/name").asText()).isEqualTo(consumed.group());
    assertThat(metadata.get("transaction_annotations").isNull()).isTrue();
  }

  @Test
  void messages_come_in_order_up_to_the_batch_size_and_an_acked_one_never_again() {
    var consumed = wadi.consumed("");
    consumed.captured().insert(3, 1, 2);

    var first = consumed.receive(2);
    var acked = consumed.ack(ackIds(first));
    var second = api.get(consumed.path("receive?wait_for=20s&max_batch_size=10"));

    assertThat(keys(first)).containsExactly("3", "1");
    assertThat(acked.status()).isEqualTo(200);
    assertThat(acked.json().get("success").asBoolean()).isTrue();
    assertThat(ackIds(first))
        .allSatisfy(id -> assertThat(acked.text("/results/" + id)).isEqualTo("acked"));
    assertThat(keys(second)).containsExactly("2");
    consumed.ack(ackIds(second));
    assertThat(api.get(consumed.pull("receive")).body()).isEqualTo("{\"data\":[]}");
    assertThat(api.get(consumed.path("status")).text("/cursor")).isEqualTo("3");
  }

  @Test
  void a_batch_size_out_of_range_is_refused() {
    var consumed = wadi.consumed("");
    var words = "Invalid `batch_size`. `batch_size` must be an integer between 1 and 1000.";

    for (var size : List.of("0", "1001", "-1", "x", "1.5", "99999999999")) {
      var refused = api.get(consumed.pull("receive?batch_size=" + size));
      assertThat(refused.status()).as(size).isEqualTo(400);
      assertThat(refused.summary()).as(size).isEqualTo(words);
    }
    assertThat(api.post(consumed.pull("receive"), "{\"batch_size\": 0}").summary())
        .isEqualTo(words);
    assertThat(api.post(consumed.pull("receive"), "{\"batch_size\": \"5\"}").status())
        .isEqualTo(200);
  }

  @Test
  void a_wait_may_be_given_in_every_documented_form() {
    var consumed = wadi.consumed("");
    var calls = new ArrayList<CompletableFuture<Reply>>();
    for (var wait : List.of("\"500ms\"", "500", "\"500\"", "\"1s\"")) {
      calls.add(api.later("POST", consumed.pull("receive"), "{\"wait_for\": " + wait + "}"));
    }
    for (var wait : List.of("500", "500ms", "1s")) {
      calls.add(api.later("GET", consumed.path("receive?wait_for=" + wait), ""));
    }

    for (var call : calls) {
      assertThat(call.join().status()).isEqualTo(200);
      assertThat(call.join().body()).isEqualTo("{\"data\":[]}");
    }
    var longest = api.later("GET", consumed.path("receive?wait_for=5m"), "");
    awaitWaiting(consumed, 1);
    consumed.captured().insert(1);
    assertThat(keys(longest.join())).containsExactly("1");
  }

  @Test
  void a_wait_that_is_not_understood_is_refused_in_documented_words() {
    var consumed = wadi.consumed("");

    for (var wait : List.of("x", "5h", "1.5s", "-1", "")) {
      assertThat(api.get(consumed.pull("receive?wait_for=" + wait)).summary())
          .as(wait)
          .isEqualTo(WAIT_FORM);
    }
    for (var wait : List.of("0", "499", "300001", "6m", "301s")) {
      var refused = api.get(consumed.pull("receive?wait_for=" + wait));
      assertThat(refused.status()).as(wait).isEqualTo(400);
      assertThat(refused.summary()).as(wait).isEqualTo(WAIT_RANGE);
    }
    assertThat(api.post(consumed.pull("receive"), "{\"wait_for\": [60]}").summary())
        .isEqualTo(WAIT_FORM);
  }

  @Test
  void a_receive_that_is_not_understood_is_refused_before_it_waits() {
    var consumed = wadi.consumed("");

    assertThat(api.get(consumed.pull("receive?wait=60s")).summary())
        .isEqualTo("Unknown parameter `wait`; known are: batch_size, wait_for");
    assertThat(api.get(consumed.pull("receive?wait_for=5m&wait_for=5m")).summary())
        .isEqualTo("Parameter `wait_for` must be given once");
    assertThat(api.post(consumed.pull("receive"), "{\"wait_for\": \"5m\"").status()).isEqualTo(400);
    assertThat(api.post(consumed.pull("receive"), "[]").summary())
        .isEqualTo("The body must be a JSON object");
    var text =
        api.to(consumed.pull("receive?wait_for=5m"))
            .header("Authorization", "Bearer " + api.token())
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("{}"));
    assertThat(api.send(text.build()).status()).isEqualTo(415);
  }

  @Test
  void a_long_poll_wakes_when_an_event_is_committed() {
    var consumed = wadi.consumed("");
    var polls =
        List.of(
            api.later("GET", consumed.pull("receive?wait_for=5m"), ""),
            api.later("POST", consumed.path("receive"), "{\"wait_for\": \"5m\"}"));
    awaitWaiting(consumed, 2);

    consumed.captured().insert(1, 2);

    var keys = polls.stream().flatMap(poll -> keys(poll.join()).stream()).toList();
    assertThat(keys).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void a_client_that_offers_http_2_is_served_alike() throws Exception {
    var consumed = wadi.consumed("");
    consumed.captured().insert(1);
    var request =
        api.to(consumed.pull("receive"))
            .version(HttpClient.Version.HTTP_2)
            .header("Authorization", "Bearer " + api.token())
            .POST(BodyPublishers.ofString("{\"wait_for\": \"20s\"}"));

    var received = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());

    assertThat(received.statusCode()).isEqualTo(200);
    assertThat(received.body()).contains("\"ack_id\"");
  }

  @Test
  void a_long_poll_ends_when_its_caller_hangs_up() throws Exception {
    var consumed = wadi.consumed("");
    var call = HangingCall.get(api, consumed.pull("receive?wait_for=5m"));
    awaitWaiting(consumed, 1);

    call.close();

    awaitWaiting(consumed, 0);
    consumed.captured().insert(1);
    assertThat(keys(consumed.receive(1))).containsExactly("1");
  }

  @Test
  void messages_for_callers_who_hung_up_go_to_others_at_once() throws Exception {
    var consumed = wadi.consumed(", \"ack_wait_ms\": 86400000, \"max_deliver\": 1");
    var calls = new ArrayList<HangingCall>();
    for (int caller = 0; caller < CALLERS; caller++) {
      calls.add(HangingCall.get(api, consumed.pull("receive?wait_for=5m")));
    }
    awaitWaiting(consumed, CALLERS);
    insertMany(consumed, CALLERS);
    for (var call : calls) {
      call.hangUp();
    }

    var got = new ArrayList<String>();
    for (var call : calls) {
      // What was answered before Wadi could know.
      RECORD_PK.matcher(call.rest()).results().map(each -> each.group(1)).forEach(got::add);
      call.close();
    }
    await("every message is received by someone who lives")
        .atMost(LIMIT)
        .until(
            () -> {
              var received = api.get(consumed.pull("receive?batch_size=100"));
              got.addAll(keys(received));
              return got.size() == CALLERS;
            });
    assertThat(got).doesNotHaveDuplicates();
  }

  @Test
  void a_waiting_receive_does_not_outlive_the_limit_of_its_group() {
    var consumed = wadi.consumed(", \"max_waiting\": 1");
    var first = api.later("GET", consumed.pull("receive?wait_for=5m"), "");
    awaitWaiting(consumed, 1);

    var second = api.get(consumed.pull("receive?wait_for=5m"));

    assertThat(second.status()).isEqualTo(429);
    assertThat(second.header("Retry-After")).isEqualTo("1");
    assertThat(second.summary()).contains(consumed.group());
    consumed.captured().insert(1);
    assertThat(keys(first.join())).containsExactly("1");
  }

  @Test
  void a_thousand_parked_long_polls_hold_no_connection_and_nobody_up() {
    var consumed = wadi.consumed("");
    var other = wadi.consumed("");
    var polls =
        IntStream.range(0, MANY)
            .mapToObj(n -> api.later("GET", consumed.pull("receive?wait_for=5m"), ""))
            .toList();
    awaitWaiting(consumed, MANY);

    assertThat(api.get("/api/pipelines").status()).isEqualTo(200);
    other.captured().insert(1);
    var received = other.receive(1);
    assertThat(keys(received)).containsExactly("1");
    assertThat(other.ack(ackIds(received)).status()).isEqualTo(200);
    await("no connection is held").atMost(LIMIT).until(() -> wadi.connectionsInUse() == 0);
    awaitWaiting(consumed, MANY);

    insertMany(consumed, MANY);
    var keys = polls.stream().flatMap(poll -> keys(poll.join()).stream()).toList();
    assertThat(keys).hasSize(MANY).doesNotHaveDuplicates();
  }

  @Test
  void ack_ids_must_be_a_list_of_some() {
    var consumed = wadi.consumed("");
    var tooMany =
        IntStream.rangeClosed(0, MANY).mapToObj(n -> "\"a\"").collect(Collectors.joining(","));

    for (var call : List.of("ack", "nack", "extend")) {
      for (var body :
          List.of(
              "{}",
              "{\"ack_ids\": []}",
              "{\"ack_ids\": null}",
              "{\"ack_ids\": \"a\"}",
              "{\"ack_ids\": [5]}",
              "{\"ack_ids\": [null]}",
              "{\"ack_ids\": [\"\"]}",
              "{\"ack_ids\": [" + tooMany + "]}")) {
        var refused = api.post(consumed.pull(call), body);
        assertThat(refused.status()).as(call + body).isEqualTo(400);
        assertThat(refused.summary()).as(call + body).isEqualTo(BAD_IDS);
      }
    }
  }

  @Test
  void an_ack_id_of_a_delivery_that_is_over_is_stale_and_one_of_nobody_unknown() {
    var consumed = wadi.consumed("");
    var other = wadi.consumed("");
    other.captured().insert(1);
    consumed.captured().insert(1);
    var foreign = ackIds(other.receive(1)).get(0);
    var mine = ackIds(consumed.receive(1)).get(0);
    consumed.ack(List.of(mine));

    var results = consumed.ack(List.of(mine, foreign, "nonsense")).json().get("results");

    assertThat(results.get(mine).asText()).isEqualTo("stale");
    assertThat(results.get(foreign).asText()).isEqualTo("unknown");
    assertThat(results.get("nonsense").asText()).isEqualTo("unknown");
  }

  @Test
  void a_strict_ack_is_refused_for_what_is_stale_and_settles_the_rest() {
    var consumed = wadi.consumed("");
    consumed.captured().insert(1, 2);
    var ids = ackIds(consumed.receive(2));
    consumed.ack(ids.subList(0, 1));
    var body = "{\"ack_ids\": [\"%s\", \"%s\"], \"strict\": true}";

    var refused = api.post(consumed.path("ack"), body.formatted(ids.get(0), ids.get(1)));

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.summary()).contains("stale or unknown");
    assertThat(refused.text("/results/" + ids.get(0))).isEqualTo("stale");
    assertThat(refused.text("/results/" + ids.get(1))).isEqualTo("acked");
  }

  @Test
  void a_nacked_message_comes_again_with_its_count() {
    var consumed = wadi.consumed("");
    consumed.captured().insert(1);
    var first = consumed.receive(1);

    var nacked = api.post(consumed.path("nack"), ackIds(ackIds(first)));
    var second = consumed.receive(1);

    assertThat(nacked.text("/results/" + ackIds(first).get(0))).isEqualTo("nacked");
    assertThat(keys(second)).containsExactly("1");
    assertThat(second.text("/data/0/data/metadata/deliver_count")).isEqualTo("2");
    assertThat(second.text("/data/0/data/metadata/idempotency_key"))
        .isEqualTo(first.text("/data/0/data/metadata/idempotency_key"));
    assertThat(consumed.ack(ackIds(first)).text("/results/" + ackIds(first).get(0)))
        .isEqualTo("stale");
  }

  @Test
  void a_message_nacked_with_a_delay_blocks_its_key_only() {
    var consumed = wadi.consumed("");
    consumed.captured().insert(1, 2);
    var first = consumed.receive(1);
    var body =
        """
        {"items": [{"ack_id": "%s", "delay_ms": 86400000, "reason": "no stock"}]}\
        """
            .formatted(ackIds(first).get(0));

    assertThat(api.post(consumed.pull("nack"), body).status()).isEqualTo(200);

    assertThat(keys(consumed.receive(10))).containsExactly("2");
    var blocked = api.get(consumed.path("blocked"));
    assertThat(blocked.text("/data/0/last_error")).isEqualTo("no stock");
    assertThat(blocked.text("/data/0/head_seq")).isEqualTo("1");
    assertThat(blocked.json().get("data")).hasSize(1);
    assertThat(api.get(consumed.path("blocked?limit=0")).status()).isEqualTo(400);
  }

  @Test
  void a_nack_that_is_not_understood_is_refused() {
    var consumed = wadi.consumed("");
    var nack = consumed.pull("nack");

    assertThat(
            api.post(nack, "{\"ack_ids\": [\"a\"], \"items\": [{\"ack_id\": \"a\"}]}")
                .errors("items"))
        .containsExactly("give either `ack_ids` or `items`");
    assertThat(api.post(nack, "{\"items\": []}").summary()).isEqualTo(BAD_IDS);
    assertThat(api.post(nack, "{\"items\": [null]}").status()).isEqualTo(422);
    assertThat(api.post(nack, "{\"items\": [{}]}").summary()).isEqualTo(BAD_IDS);
    assertThat(api.post(nack, "{\"ack_ids\": [\"a\"], \"delay_ms\": -1}").errors("delay_ms"))
        .containsExactly("must be between 0 and 86400000 (got -1)");
    assertThat(api.post(nack, "{\"ack_ids\": [\"a\"], \"delay_ms\": \"1\"}").errors("delay_ms"))
        .containsExactly("must be a whole number");
  }

  @Test
  void an_extended_message_stays_with_its_receiver() {
    var consumed = wadi.consumed("");
    consumed.captured().insert(1, 2);
    var held = ackIds(api.get(consumed.pull("receive?wait_for=20s")));

    var extended =
        api.post(
            consumed.path("extend"), "{\"ack_ids\": [\"" + held.get(0) + "\"], \"ms\": 86400000}");
    api.put("/api/consumer_groups/" + consumed.group(), "{\"ack_wait_ms\": 500}");
    var second = consumed.receive(1);
    var again = consumed.receive(1);

    assertThat(extended.text("/results/" + held.get(0))).isEqualTo("extended");
    assertThat(keys(second)).containsExactly("2");
    assertThat(keys(again)).containsExactly("2");
    assertThat(consumed.ack(held).text("/results/" + held.get(0))).isEqualTo("acked");
  }

  @Test
  void an_extend_needs_a_time_in_range() {
    var extend = wadi.consumed("").pull("extend");

    for (var ms : List.of("-1", "86400001")) {
      assertThat(api.post(extend, "{\"ack_ids\": [\"a\"], \"ms\": " + ms + "}").errors("ms"))
          .containsExactly("must be between 0 and 86400000 (got " + ms + ")");
    }
    for (var ms : List.of("\"1\"", "1.5", "1e99")) {
      assertThat(api.post(extend, "{\"ack_ids\": [\"a\"], \"ms\": " + ms + "}").errors("ms"))
          .containsExactly("must be a whole number");
    }
  }

  @Test
  void a_message_that_is_not_acked_in_time_comes_again() {
    var consumed = wadi.consumed(", \"ack_wait_ms\": 500");
    consumed.captured().insert(1);
    var first = consumed.receive(1);

    var second = consumed.receive(1);

    assertThat(second.text("/data/0/data/metadata/deliver_count")).isEqualTo("2");
    assertThat(consumed.ack(ackIds(first)).text("/results/" + ackIds(first).get(0)))
        .isEqualTo("stale");
  }

  @Test
  void a_paused_group_hands_out_nothing_until_it_is_resumed() {
    var consumed = wadi.consumed("");
    consumed.captured().insert(1);

    var paused = api.post(consumed.path("pause"), "");
    var nothing = api.get(consumed.pull("receive?wait_for=500"));
    var waiting = api.later("GET", consumed.pull("receive?wait_for=5m"), "");
    awaitWaiting(consumed, 1);
    var resumed = api.post(consumed.path("resume"), "");

    assertThat(paused.text("/paused")).isEqualTo("true");
    assertThat(paused.text("/status/state")).isEqualTo("paused");
    assertThat(nothing.body()).isEqualTo("{\"data\":[]}");
    assertThat(resumed.text("/paused")).isEqualTo("false");
    assertThat(keys(waiting.join())).containsExactly("1");
  }

  @Test
  void a_group_is_sent_back_and_forth() {
    var consumed = wadi.consumed("");
    consumed.captured().insert(1, 2, 3);
    var before = consumed.receive(3);
    var seek = consumed.path("seek");

    assertThat(api.post(seek, "{\"to\": \"earliest\"}").status()).isEqualTo(200);
    assertThat(consumed.ack(ackIds(before)).json().get("results"))
        .allSatisfy(result -> assertThat(result.asText()).isEqualTo("stale"));
    assertThat(keys(consumed.receive(3))).containsExactly("1", "2", "3");
    assertThat(api.post(seek, "{\"to\": 3}").status()).isEqualTo(200);
    assertThat(keys(consumed.receive(3))).containsExactly("3");
    assertThat(api.post(seek, "{\"position\": \"from\", \"value\": \"2\"}").status())
        .isEqualTo(200);
    assertThat(keys(consumed.receive(3))).containsExactly("2", "3");
    assertThat(api.post(seek, "{\"to\": \"2001-01-01T00:00:00Z\"}").status()).isEqualTo(200);
    assertThat(keys(consumed.receive(3))).hasSize(3);
    assertThat(api.post(seek, "{\"to\": \"latest\"}").status()).isEqualTo(200);
    assertThat(api.get(consumed.pull("receive")).body()).isEqualTo("{\"data\":[]}");
  }

  @Test
  void a_seek_that_is_not_understood_is_refused() {
    var seek = wadi.consumed("").path("seek");

    for (var body :
        List.of(
            "{}",
            "{\"to\": \"yesterday\"}",
            "{\"to\": {}}",
            "{\"to\": -1}",
            "{\"to\": 1.5}",
            "{\"position\": \"from\"}",
            "{\"position\": \"end\", \"value\": 3}",
            "{\"to\": 2}",
            "{\"to\": \"2100-01-01T00:00:00Z\"}")) {
      var refused = api.post(seek, body);
      assertThat(refused.status()).as(body).isEqualTo(422);
      assertThat(refused.errors("start")).as(body).hasSize(1);
    }
    assertThat(api.post(seek, "").status()).isEqualTo(400);
    assertThat(api.post(seek, "{\"to\": 1}").status()).isEqualTo(200);
  }

  @Test
  void a_group_starts_where_it_is_told_and_takes_what_its_filters_want() {
    var captured = wadi.consumed("");
    captured.captured().insert(1, 2, 3);
    var end = group(captured.stream(), "\"start\": {\"position\": \"end\"}");
    var from = group(captured.stream(), "\"start\": {\"position\": \"from\", \"value\": 2}");
    var filtered =
        group(
            captured.stream(),
            "\"filters\": [{\"column\": \"id\", \"operator\": \">\", \"value\": 2}]");
    captured.captured().insert(4);

    assertThat(keys(receive(end))).containsExactly("4");
    assertThat(keys(receive(from))).containsExactly("2", "3", "4");
    assertThat(keys(receive(filtered))).containsExactly("3", "4");
  }

  @Test
  void a_message_that_fails_too_often_is_a_dead_letter_until_it_is_redriven() {
    var consumed = wadi.consumed(", \"max_deliver\": 1");
    consumed.captured().insert(1);
    var first = ackIds(consumed.receive(1)).get(0);
    var nack = "{\"ack_ids\": [\"" + first + "\"], \"reason\": \"no stock\"}";

    assertThat(api.post(consumed.pull("nack"), nack).status()).isEqualTo(200);

    var dead = api.get(consumed.path("dead"));
    assertThat(dead.text("/count")).isEqualTo("1");
    assertThat(dead.text("/next_after")).isEqualTo("1");
    assertThat(dead.text("/data/0/seq")).isEqualTo("1");
    assertThat(dead.text("/data/0/last_error")).isEqualTo("no stock");
    assertThat(api.get(consumed.path("dead?after=1")).json().get("data")).isEmpty();
    assertThat(api.get(consumed.path("dead?limit=0")).status()).isEqualTo(400);

    assertThat(api.post(consumed.path("dead/redrive"), "{\"seqs\": [2]}").text("/redriven"))
        .isEqualTo("0");
    assertThat(api.post(consumed.path("dead/redrive"), "").text("/redriven")).isEqualTo("1");
    consumed.ack(ackIds(consumed.receive(1)));
    assertThat(api.get(consumed.path("dead")).text("/count")).isEqualTo("0");
  }

  @Test
  void a_deleted_group_is_gone_and_its_long_polls_end() {
    var consumed = wadi.consumed("");
    var poll = api.later("GET", consumed.pull("receive?wait_for=5m"), "");
    awaitWaiting(consumed, 1);

    assertThat(api.delete("/api/consumer_groups/" + consumed.group()).status()).isEqualTo(204);

    assertThat(poll.join().status()).isIn(404, 503);
    assertUnknown(api.get(consumed.pull("receive")));
  }

  private void insertMany(Consumed consumed, int count) {
    wadi.database()
        .execute(
            "insert into %s select n, '' from generate_series(1, %d) n"
                .formatted(consumed.captured().source(), count));
  }

  private void awaitWaiting(Consumed consumed, int count) {
    await(count + " receives wait")
        .atMost(LIMIT)
        .until(
            () -> api.get(consumed.path("status")).text("/waiting").equals(String.valueOf(count)));
  }

  private List<String> streamErrors(String name, String table, String field) {
    var body = "{\"name\": \"%s\", \"table\": \"%s\"}".formatted(name, table);
    var refused = api.post("/api/streams", body);
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    return refused.errors(field);
  }

  /** What is wrong with a group that would be fine but for one field. */
  private List<String> groupErrors(String wrong, String field) {
    var name = wrong.startsWith("\"name\"") ? "" : "\"name\": \"" + wadi.name("bad_") + "\", ";
    var stream = wrong.startsWith("\"stream\"") ? "" : "\"stream\": \"" + anyStream() + "\", ";
    var refused = api.post("/api/consumer_groups", "{" + name + stream + wrong + "}");
    assertThat(refused.status()).as(wrong + refused.body()).isEqualTo(422);
    return refused.errors(field);
  }

  private String anyStream() {
    return api.get("/api/streams").text("/data/0/name");
  }

  private String group(String stream, String options) {
    var name = wadi.name("group_");
    var body = "{\"name\": \"%s\", \"stream\": \"%s\", %s}".formatted(name, stream, options);
    assertThat(api.post("/api/consumer_groups", body).status()).isEqualTo(201);
    return name;
  }

  /** What comes until nothing more does. */
  private Reply receive(String group) {
    var path = "/api/consumer_groups/" + group;
    await("the group has seen all")
        .atMost(LIMIT)
        .until(() -> api.get(path + "/status").text("/high_water").equals("4"));
    await("the group has read all")
        .atMost(LIMIT)
        .until(() -> api.get(path + "/status").json().path("queued").asInt() > 0);
    return api.get(path + "/receive?batch_size=10");
  }

  private static void assertUnknown(Reply refused) {
    assertThat(refused.status()).as(refused.body()).isEqualTo(404);
    assertThat(refused.summary()).isEqualTo(UNKNOWN_GROUP);
  }
}
