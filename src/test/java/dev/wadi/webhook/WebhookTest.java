package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.consumer.StartPosition;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {

  private static final String CREDENTIALS = "dXNlcjpw/XNzd29yZA==";
  private static final String QUOTED = "a \"quoted\\secret\" <text>";

  private final Webhook webhook =
      webhook(Map.of("Authorization", "Basic " + CREDENTIALS, "X-Key", QUOTED));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dXNlcjpw/XNzd29yZA==",
        "dXNlcjpw\\/XNzd29yZA==",
        "dXNlcjpw/XNzd29yZA\\u003d\\u003d",
        "dXNlcjpw\\u002fXNzd29yZA\\u003D\\u003D",
        "a \"quoted\\secret\" <text>",
        "a \\\"quoted\\\\secret\\\" <text>",
        "a \\\"quoted\\\\secret\\\" \\u003ctext\\u003e"
      })
  void secret_is_masked_however_json_writes_it(String spelling) {
    assertThat(webhook.masked("{\"got\": \"" + spelling + "\"}")).isEqualTo("{\"got\": \"***\"}");
  }

  @Test
  void other_text_stays_as_it_came() {
    var text = "{\"path\": \"C:\\\\temp\", \"sign\": \"\\u003d\"}";
    assertThat(webhook.masked(text)).isEqualTo(text);
  }

  private static Webhook webhook(Map<String, String> headers) {
    var definition =
        new WebhookDefinition(
            "mine",
            "orders",
            "https://example.com/hook",
            new ReceiverHeaders(headers),
            1,
            1_000,
            1,
            null,
            null,
            StartPosition.BEGINNING,
            RetrySchedule.DEFAULT,
            Format.STANDARD);
    return new Webhook(1, 1, definition, SigningSecret.random(), null, null, false, null, null);
  }
}
