package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wadi.kit.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a token may do is what its scopes say, in every call of the contract. */
class ScopesTest {

  private static final Set<String> OF_CONSUMERS =
      Set.of("receive", "receive-by-post", "ack", "nack", "extend");

  private final WadiForApi wadi = WadiForApi.shared();
  private final ApiClient api = wadi.api();

  private record Call(String id, String method, String path, String scope) {}

  @Test
  void every_call_of_the_contract_needs_its_scope_and_no_other() {
    for (var scope : List.of("read", "consume", "manage")) {
      var holder = api.with(token(scope));
      for (var call : calls()) {
        boolean isGranted = scope.equals("manage") || scope.equals(call.scope);

        var reply = holder.call(call.method, call.path, "");

        if (isGranted) {
          assertThat(reply.status()).as("%s with %s", call, scope).isNotIn(401, 403);
        } else {
          assertThat(reply.status()).as("%s with %s", call, scope).isEqualTo(403);
          assertThat(reply.summary())
              .as("%s with %s", call, scope)
              .contains("lacks the scope `" + call.scope + "`")
              .contains("--scope " + call.scope);
        }
      }
    }
  }

  @Test
  void what_changes_something_needs_manage_and_what_shows_something_read() {
    for (var call : calls()) {
      boolean shows = call.method.equals("GET") && !call.id.equals("list-tokens");
      var expected = OF_CONSUMERS.contains(call.id) ? "consume" : shows ? "read" : "manage";
      assertThat(call.scope).as(call.id).isEqualTo(expected);
    }
  }

  @Test
  void a_token_with_two_scopes_may_do_both() {
    var both = api.with(token("read\", \"consume"));
    var consumed = wadi.consumed("");

    assertThat(both.get(consumed.path("receive")).status()).isEqualTo(200);
    assertThat(both.get("/api/streams").status()).isEqualTo(200);
    assertThat(both.delete("/api/streams/" + consumed.stream()).status()).isEqualTo(403);
  }

  @Test
  void the_second_name_of_a_consumer_s_call_and_a_wait_need_its_scope_too() {
    var consumed = wadi.consumed("");
    var reader = api.with(token("read"));

    assertThat(reader.get(consumed.path("receive")).status()).isEqualTo(403);
    assertThat(reader.get(consumed.pull("receive?wait_for=300s")).status()).isEqualTo(403);
    assertThat(api.get(consumed.path("status")).text("/waiting")).isEqualTo("0");
  }

  @Test
  void a_token_is_listed_with_its_scopes_and_may_do_all_unless_told_otherwise() {
    var plain = wadi.name("token-");
    var made = api.post("/api/tokens", "{\"name\": \"" + plain + "\"}");
    token("consume");

    assertThat(made.text("/scopes/0")).isEqualTo("manage");
    assertThat(api.get("/api/tokens").body()).contains("[\"manage\"]").contains("[\"consume\"]");
  }

  @Test
  void a_scope_that_there_is_not_is_refused() {
    assertThat(post("[\"write\"]").errors("scopes"))
        .containsExactly("must be read, consume or manage (got 'write')");
    assertThat(post("[]").errors("scopes"))
        .containsExactly("must name at least one of: read, consume, manage");
    assertThat(post("\"read\"").errors("scopes")).containsExactly("must be a list");
  }

  private ApiClient.Reply post(String scopes) {
    return api.post("/api/tokens", "{\"name\": \"any\", \"scopes\": " + scopes + "}");
  }

  private String token(String scope) {
    var made =
        api.post(
            "/api/tokens",
            "{\"name\": \"%s\", \"scopes\": [\"%s\"]}".formatted(wadi.name("scoped-"), scope));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.text("/token");
  }

  private List<Call> calls() {
    var calls = new ArrayList<Call>();
    api.get("/api/openapi.json")
        .json()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> add(calls, path.getKey(), method.getKey(), method.getValue())));
    return calls;
  }

  private static void add(List<Call> calls, String path, String method, JsonNode operation) {
    if (operation.has("operationId")) {
      calls.add(
          new Call(
              operation.path("operationId").asText(),
              method.toUpperCase(Locale.ROOT),
              "/api" + path.replace("{name}", "nobody"),
              operation.path("x-scope").asText()));
    }
  }
}
