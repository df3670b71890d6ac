package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.ApiClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The settings of a webhook, as they are changed over the API; nothing is sent. */
class WebhookApiTest {

  private final WadiForApi wadi = WadiForApi.shared();
  private final String name = wadi.name("hook_");

  @BeforeEach
  void create() {
    var stream = wadi.name("stream_");
    var body = "{\"name\": \"%s\", \"table\": \"%s\"}".formatted(stream, wadi.eventTable());
    assertThat(wadi.api().post("/api/streams", body).status()).isEqualTo(201);
    body =
        "{\"name\": \"%s\", \"stream\": \"%s\", \"url\": \"https://example.com/\", \"max_deliver\": 3}"
            .formatted(name, stream);
    assertThat(wadi.api().post("/api/webhooks", body).status()).isEqualTo(201);
  }

  @Test
  void max_deliver_stays_until_a_put_says_null() {
    assertThat(put("{\"batch_size\": 2}").json().path("max_deliver").asInt()).isEqualTo(3);
    assertThat(put("{\"max_deliver\": null}").json().path("max_deliver").isNull()).isTrue();
    assertThat(put("{\"batch_size\": 3}").json().path("max_deliver").isNull()).isTrue();
    assertThat(put("{\"max_deliver\": 7}").json().path("max_deliver").asInt()).isEqualTo(7);
  }

  @Test
  void max_deliver_that_is_no_whole_number_in_range_is_refused() {
    assertThat(put("{\"max_deliver\": \"7\"}").errors("max_deliver"))
        .containsExactly("must be a whole number");
    assertThat(put("{\"max_deliver\": 0}").errors("max_deliver"))
        .containsExactly("must be between 1 and 1000 (got 0)");
  }

  private ApiClient.Reply put(String body) {
    return wadi.api().put("/api/webhooks/" + name, body);
  }
}
