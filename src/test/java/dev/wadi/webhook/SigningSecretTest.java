package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.stream.ValidationException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published vectors of Standard Webhooks, and more that other implementations computed. */
class SigningSecretTest {

  private static final String K1 = SignatureVector.K1;
  private static final String K2 = SignatureVector.K2;
  private static final String ID = SignatureVector.ID;
  private static final long TIMESTAMP = SignatureVector.TIMESTAMP;
  private static final String BODY = SignatureVector.BODY;

  @ParameterizedTest
  @MethodSource("vectors")
  void signature_is_the_published_one_and_that_of_the_published_library(SignatureVector vector)
      throws Exception {
    var body = bytes(vector.body());
    assertThat(SigningSecret.parse(vector.secret()).sign(vector.id(), vector.timestamp(), body))
        .isEqualTo(vector.signature());
    assertThat(
            new com.standardwebhooks.Webhook(vector.secret())
                .sign(vector.id(), vector.timestamp(), vector.body()))
        .isEqualTo(vector.signature());
  }

  static List<SignatureVector> vectors() {
    return SignatureVector.ALL;
  }

  @Test
  void header_after_a_rotation_is_the_published_one_the_current_secret_first() {
    var secrets = List.of(SigningSecret.parse(K1), SigningSecret.parse(K2));
    assertThat(SigningSecret.header(secrets, ID, TIMESTAMP, bytes(BODY)))
        .isEqualTo(
            "v1,lOIs8cNnx3DNPltaSz5wreQHylwKcP/84wRtxMhWJrE="
                + " v1,Z0o7+6h5nOTI9miIf6wNhwr9gX8jQApGgXnSeoJZy50=");
  }

  /** Standard Webhooks' asymmetric signature: seed 00..1f, the other words of the first vector. */
  @Test
  void ed25519_signature_and_public_key_are_the_published_ones() {
    var secret = SigningSecret.parse("whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    assertThat(secret.publicKey()).isEqualTo("whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=");
    assertThat(secret.sign(ID, TIMESTAMP, bytes(BODY)))
        .isEqualTo(
            "v1a,1APq0QlGAhFY/vFyfIkic/UeuJUiv1dSuNj6flHHTh15db9aioc4PuDzD3fTvId/dfarhlWU4MjRMfIB2nzCAA==");
    assertThat(SigningSecret.parse(secret.text())).isEqualTo(secret);
    assertThat(secret.toString()).isEqualTo("whsk_…");
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
        "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==",
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
