package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.wadi.kit.ApiClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for every call of the API: who is let in, and what is not understood. */
class ApiTest {

  private static final String MISSING =
      "Please provide a valid API token in the Authorization header.";
  private static final String UNKNOWN = "The API token you provided is invalid or has expired.";
  private static final int MEBIBYTE = 1_048_576;

  private final WadiForApi wadi = WadiForApi.shared();
  private final ApiClient api = wadi.api();

  @Test
  void nobody_is_let_in_without_a_token() {
    var refused = api.with("").get("/api/pipelines");

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.summary()).isEqualTo(MISSING);
    assertThat(refused.header("Content-Type")).startsWith("application/json");
  }

  @Test
  void two_tokens_are_one_too_many() {
    var request =
        api.to("/api/pipelines")
            .header("Authorization", "Bearer " + api.token())
            .header("Authorization", "Bearer " + api.token());

    var refused = api.send(request.build());

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.summary())
        .isEqualTo("Please provide exactly one Authorization header in your request.");
  }

  @Test
  void a_token_that_is_no_bearer_token_is_refused() {
    var request = api.to("/api/pipelines").header("Authorization", "Basic " + api.token());

    var refused = api.send(request.build());

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.summary())
        .isEqualTo(MISSING + " Ensure your Authorization value is prefixed with \"Bearer\".");
  }

  @Test
  void an_unknown_token_is_refused_in_every_part_of_the_api() {
    for (var path : new String[] {"/api/pipelines", "/api/events", "/api/openapi.json"}) {
      var refused = api.with("wadi_guessed").get(path);

      assertThat(refused.status()).as(path).isEqualTo(401);
      assertThat(refused.summary()).as(path).isEqualTo(UNKNOWN);
    }
  }

  @Test
  void a_long_poll_without_a_token_is_refused_at_once() {
    var refused = api.with("").get("/api/http_pull_consumers/any/receive?wait_for=300s");

    assertThat(refused.status()).isEqualTo(401);
  }

  @Test
  void a_token_made_by_the_api_lets_in_until_it_is_revoked() {
    var name = wadi.name("token-");
    var made = api.post("/api/tokens", "{\"name\": \"" + name + "\"}");
    var other = api.with(made.text("/token"));

    assertThat(made.status()).isEqualTo(201);
    assertThat(other.get("/api/streams").status()).isEqualTo(200);
    assertThat(api.get("/api/tokens").body()).contains(name).doesNotContain(made.text("/token"));
    assertThat(api.post("/api/tokens", "{\"name\": \"" + name + "\"}").errors("name"))
        .containsExactly("has already been taken; revoke it first or choose another");

    assertThat(api.delete("/api/tokens/" + name).status()).isEqualTo(204);
    await("the token ends")
        .atMost(Duration.ofSeconds(5))
        .until(() -> other.get("/api/streams").status() == 401);
    assertThat(api.delete("/api/tokens/" + name).status()).isEqualTo(404);
  }

  @Test
  void a_name_of_a_token_is_checked() {
    assertThat(api.post("/api/tokens", "{}").errors("name")).containsExactly("can't be blank");
    assertThat(api.post("/api/tokens", "{\"name\": \"a b\"}").errors("name"))
        .containsExactly("must be 1 to 100 letters, digits, underscores, hyphens or dots");
  }

  @Test
  void nothing_is_made_under_a_name_that_no_path_can_hold() {
    var consumed = wadi.consumed("");
    var stream = ", \"stream\": \"" + consumed.stream() + "\"";
    var table = ", \"table\": \"" + wadi.eventTable() + "\"";
    for (var name : new String[] {".", ".."}) {
      var body = "{\"name\": \"" + name + "\"%s}";
      assertThat(
              List.of(
                  api.post("/api/tokens", body.formatted("")),
                  api.post("/api/streams", body.formatted(table)),
                  api.post("/api/consumer_groups", body.formatted(stream)),
                  api.post(
                      "/api/webhooks",
                      body.formatted(stream + ", \"url\": \"https://example.com/\""))))
          .allSatisfy(
              refused ->
                  assertThat(refused.errors("name"))
                      .as(refused.body())
                      .containsExactly("must not be . or .., which mean another place in a path"));
    }
    assertThat(api.post("/api/tokens", "{\"name\": \"...\"}").status()).isEqualTo(201);
    assertThat(api.delete("/api/tokens/...").status()).isEqualTo(204);
  }

  @Test
  void an_unknown_path_is_named() {
    var refused = api.get("/api/pipes");

    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.summary()).isEqualTo("Not found: there is no `/api/pipes` in this API");
  }

  @Test
  void a_method_that_a_path_does_not_take_is_refused_with_those_it_takes() {
    var refused = api.call("PATCH", "/api/pipelines/any", "{}");

    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.header("Allow")).isEqualTo("DELETE, GET, PUT");
    assertThat(refused.summary()).contains("DELETE, GET, PUT");
  }

  @Test
  void an_unknown_field_is_named() {
    var refused = api.post("/api/streams", "{\"name\": \"a\", \"tabel\": \"b\"}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.summary()).isEqualTo("Validation failed");
    assertThat(refused.errors("tabel")).containsExactly("is not a known field");
  }

  @Test
  void an_unknown_field_inside_another_is_named_by_its_path() {
    var body = "{\"name\": \"a\", \"source\": {\"tables\": \"b\"}}";

    assertThat(api.post("/api/pipelines", body).errors("source.tables"))
        .containsExactly("is not a known field");
  }

  @Test
  void a_field_of_a_wrong_type_is_refused_in_words() {
    var group = "{\"name\": \"a\", \"stream\": \"b\", ";

    assertThat(api.post("/api/streams", "{\"name\": {}}").errors("name"))
        .containsExactly("must be text");
    assertThat(api.post("/api/streams", "{\"name\": 5}").errors("name"))
        .containsExactly("must be text");
    assertThat(
            api.post("/api/consumer_groups", group + "\"ack_wait_ms\": \"9\"}")
                .errors("ack_wait_ms"))
        .containsExactly("must be a whole number");
    assertThat(
            api.post("/api/consumer_groups", group + "\"ack_wait_ms\": 9.5}").errors("ack_wait_ms"))
        .containsExactly("must be a whole number");
    assertThat(api.post("/api/consumer_groups", group + "\"group_by\": \"a\"}").errors("group_by"))
        .containsExactly("must be a list");
    assertThat(api.post("/api/pipelines", "{\"source\": \"t\"}").errors("source"))
        .containsExactly("must be an object");
  }

  @Test
  void a_number_out_of_its_type_is_refused() {
    var body = "{\"name\": \"a\", \"stream\": \"b\", \"ack_wait_ms\": 99999999999999999999}";

    var refused = api.post("/api/consumer_groups", body);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.errors("ack_wait_ms")).containsExactly("must be a whole number");
  }

  @Test
  void a_body_that_is_no_json_object_is_refused() {
    for (var body : new String[] {"{", "nonsense", "{\"name\": \"a\"} x", "{'name': 1}"}) {
      var refused = api.post("/api/streams", body);

      assertThat(refused.status()).as(body).isEqualTo(400);
      assertThat(refused.summary()).as(body).startsWith("The body is not valid JSON");
    }
    for (var body : new String[] {"[]", "\"text\"", "7", "true"}) {
      assertThat(api.post("/api/streams", body).summary())
          .as(body)
          .isEqualTo("The body must be a JSON object");
    }
    assertThat(api.post("/api/streams", "null").summary())
        .isEqualTo("The body must be a JSON object (got null)");
    assertThat(api.post("/api/streams", "").summary())
        .isEqualTo("The body must be a JSON object (got nothing)");
  }

  @Test
  void a_body_nested_too_deep_is_refused() {
    var refused = api.post("/api/streams", "{\"a\": " + "[".repeat(100) + "]".repeat(100) + "}");

    assertThat(refused.status()).isIn(400, 422);
  }

  @Test
  void a_character_that_postgres_cannot_store_is_refused() {
    var group = wadi.consumed("").stream();
    var body =
        "{\"name\": \"nul\", \"stream\": \"%s\", \"group_by\": [\"a\\u0000\"]}".formatted(group);

    var refused = api.post("/api/consumer_groups", body);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.summary()).contains("U+0000");
    assertThat(api.get("/api/streams/%00").status()).isEqualTo(400);
  }

  @Test
  void an_oversized_body_is_refused() {
    var body = "{\"name\": \"" + "a".repeat(MEBIBYTE) + "\"}";

    var refused = api.post("/api/streams", body);

    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.summary()).isEqualTo("The body must be at most 1048576 bytes");
  }

  @Test
  void an_oversized_body_of_unknown_length_is_refused() {
    for (var path : new String[] {"/api/streams", "/api/http_pull_consumers/any/receive"}) {
      var request =
          api.to(path)
              .header("Authorization", "Bearer " + api.token())
              .header("Content-Type", "application/json")
              .POST(
                  BodyPublishers.ofInputStream(
                      () -> new ByteArrayInputStream(new byte[2 * MEBIBYTE])));

      var refused = api.send(request.build());

      assertThat(refused.status()).as(path).isEqualTo(413);
      assertThat(refused.summary()).as(path).isEqualTo("The body must be at most 1048576 bytes");
    }
  }

  @Test
  void a_body_that_is_not_said_to_be_json_is_refused() {
    var request =
        api.to("/api/streams")
            .header("Authorization", "Bearer " + api.token())
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("{}"));

    var refused = api.send(request.build());

    assertThat(refused.status()).isEqualTo(415);
    assertThat(refused.summary()).contains("Content-Type: application/json");
  }

  @Test
  void a_body_whose_type_cannot_be_read_is_refused() {
    for (var type :
        new String[] {"application/json; x=\"", "multipart/form-data", "multipart/form-data; x"}) {
      var request =
          api.to("/api/streams")
              .header("Authorization", "Bearer " + api.token())
              .header("Content-Type", type)
              .POST(BodyPublishers.ofString("{}"));

      var refused = api.send(request.build());

      assertThat(refused.status()).as(type).isEqualTo(415);
      assertThat(refused.summary()).as(type).contains("Content-Type: application/json");
    }
  }

  @Test
  void a_body_that_curl_calls_a_form_is_read_as_json() {
    var request =
        api.to("/api/streams")
            .header("Authorization", "Bearer " + api.token())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("{\"name\": \"curl\"}"));

    assertThat(api.send(request.build()).errors("table")).containsExactly("can't be blank");
  }

  @Test
  void a_query_parameter_is_given_once_and_known() {
    var twice = api.get("/api/events?table=a&table=b");
    var unknown = api.get("/api/events?table=a&colour=red");

    assertThat(twice.status()).isEqualTo(400);
    assertThat(twice.summary()).isEqualTo("Parameter `table` must be given once");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.summary()).startsWith("Unknown parameter `colour`; known are: table, ");
  }

  @Test
  void the_name_in_the_path_counts_whatever_query_and_headers_say() {
    var name = wadi.consumed("").stream();

    assertThat(api.get("/api/streams/" + name + "?name=other").text("/name")).isEqualTo(name);
    assertThat(api.call("GET", "/api/streams/" + name, "", "name", "other").text("/name"))
        .isEqualTo(name);
    assertThat(api.get("/api/streams/other?name=" + name).status()).isEqualTo(404);
  }

  @Test
  void answers_are_neither_cached_nor_guessed_at() {
    var answer = api.get("/api/streams");

    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void the_contract_is_served_and_every_reference_in_it_leads_somewhere() throws IOException {
    var contract = api.get("/api/openapi.json").json();

    assertThat(contract).isEqualTo(file());
    var references = new ArrayList<String>();
    contract.findValuesAsText("$ref").forEach(references::add);
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(
            reference -> assertThat(contract.at(reference.substring(1)).isMissingNode()).isFalse());
  }

  @Test
  void health_needs_no_token() {
    assertThat(api.with("").get("/health").status()).isEqualTo(200);
  }

  @Test
  void health_tells_who_comes_through_a_proxy_no_more_than_how_it_is() {
    var here = api.with("").get("/health");
    assertThat(here.json().fieldNames()).toIterable().contains("position");

    for (var header : new String[] {"forwarded", "x-forwarded-for"}) {
      var outside = api.with("").call("GET", "/health", "", header, "for=10.0.0.1");

      assertThat(outside.status()).isEqualTo(200);
      assertThat(outside.json().fieldNames()).toIterable().containsOnly("ok", "capture");
    }
    var steered = api.with("").call("GET", "/health", "", "CamelBeanMethodName", "code");
    assertThat(steered.json().fieldNames()).toIterable().contains("position");
  }

  private static JsonNode file() throws IOException {
    try (var yaml = ApiTest.class.getResourceAsStream("/openapi.yaml")) {
      return new ObjectMapper(new YAMLFactory()).readTree(yaml);
    }
  }
}
