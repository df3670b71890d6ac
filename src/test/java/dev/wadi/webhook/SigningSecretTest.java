package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.stream.ValidationException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published vectors of Standard Webhooks, and more that other implementations computed. */
class SigningSecretTest {

  private static final String K1 = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  private static final String K2 = "whsec_//79/Pv6+fj39vX08/Lx8O/u7ezr6uno";
  private static final String ID = "evt_01J9ZK3W6T7M5Q2R8X4Y0A1B2C";
  private static final long TIMESTAMP = 1730131072;
  private static final String BODY =
      "{\"type\":\"public.regions.update\",\"timestamp\":\"2024-10-28T21:39:21Z\",\"data\":{"
          + "\"seq\":42,\"action\":\"update\",\"record\":{\"id\":9,\"name\":\"us-gov-west-1\","
          + "\"timezone\":\"mst\"},\"changes\":{\"timezone\":\"pst\"}}}";

  @Test
  void signature_is_the_published_one() {
    assertThat(
            SigningSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                .sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, bytes("{\"test\": 2432232314}")))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void secrets_of_24_and_32_bytes_sign_text_unicode_and_nothing() {
    assertThat(sign(K1, BODY)).isEqualTo("v1,lOIs8cNnx3DNPltaSz5wreQHylwKcP/84wRtxMhWJrE=");
    assertThat(sign(K2, BODY)).isEqualTo("v1,Z0o7+6h5nOTI9miIf6wNhwr9gX8jQApGgXnSeoJZy50=");
    assertThat(sign(K1, "{\"n\":\"café — ☕ 🐪\"}"))
        .isEqualTo("v1,eQNSkWw6bhclQuGBrFli3EbnQMn1zBj8PqSiiQrfmaw=");
    assertThat(sign(K1, "")).isEqualTo("v1,WLx2m4i09lwg76D7FUY3QSCompyZh8YYACTuJ6t5Fo8=");
  }

  @Test
  void secret_made_by_wadi_can_be_read_again_and_is_not_printed() {
    var secret = SigningSecret.random();
    assertThat(SigningSecret.parse(secret.text())).isEqualTo(secret);
    assertThat(secret.toString()).isEqualTo("whsec_…");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "whsec_",
        "whsec_c2hvcnQ=",
        "whsec_***",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
      })
  void anything_else_is_refused_without_being_repeated(String text) {
    assertThatThrownBy(() -> SigningSecret.parse(text))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("24 to 64 bytes")
        .hasMessageNotContaining("c2hvcnQ");
  }

  @Test
  void receiver_trusts_what_any_of_the_signatures_proves_within_five_minutes() {
    var secret = SigningSecret.parse(K1);
    var now = java.time.Instant.ofEpochSecond(TIMESTAMP);
    var both = sign(K2, BODY) + " " + sign(K1, BODY);
    var time = Long.toString(TIMESTAMP);
    assertThat(secret.verifies(ID, time, both, bytes(BODY), now.plusSeconds(300))).isTrue();
    assertThat(secret.verifies(ID, time, both, bytes(BODY), now.plusSeconds(301))).isFalse();
    assertThat(secret.verifies(ID, time, both, bytes(BODY + " "), now)).isFalse();
    assertThat(secret.verifies(ID, time, sign(K2, BODY), bytes(BODY), now)).isFalse();
    assertThat(secret.verifies(ID, null, both, bytes(BODY), now)).isFalse();
  }

  private static String sign(String secret, String body) {
    return SigningSecret.parse(secret).sign(ID, TIMESTAMP, bytes(body));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
