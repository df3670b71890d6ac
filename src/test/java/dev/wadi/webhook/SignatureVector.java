package dev.wadi.webhook;

import java.util.List;

/**
 * What a message must be signed with.
 *
 * @param secret as its receiver has it
 * @param timestamp seconds since 1970
 */
record SignatureVector(String secret, String id, long timestamp, String body, String signature) {

  static final String K1 = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  static final String K2 = "whsec_//79/Pv6+fj39vX08/Lx8O/u7ezr6uno";
  static final String ID = "evt_01J9ZK3W6T7M5Q2R8X4Y0A1B2C";
  static final long TIMESTAMP = 1730131072;
  static final String BODY =
      "{\"type\":\"public.regions.update\",\"timestamp\":\"2024-10-28T21:39:21Z\",\"data\":{"
          + "\"seq\":42,\"action\":\"update\",\"record\":{\"id\":9,\"name\":\"us-gov-west-1\","
          + "\"timezone\":\"mst\"},\"changes\":{\"timezone\":\"pst\"}}}";

  /** The published one, then others that two implementations computed: text, unicode, nothing. */
  static final List<SignatureVector> ALL =
      List.of(
          new SignatureVector(
              "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
              "msg_p5jXN8AQM9LWM0D4loKWxJek",
              1614265330,
              "{\"test\": 2432232314}",
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
          of(K1, BODY, "v1,lOIs8cNnx3DNPltaSz5wreQHylwKcP/84wRtxMhWJrE="),
          of(K2, BODY, "v1,Z0o7+6h5nOTI9miIf6wNhwr9gX8jQApGgXnSeoJZy50="),
          of(K1, "{\"n\":\"café — ☕ 🐪\"}", "v1,eQNSkWw6bhclQuGBrFli3EbnQMn1zBj8PqSiiQrfmaw="),
          of(K1, "", "v1,WLx2m4i09lwg76D7FUY3QSCompyZh8YYACTuJ6t5Fo8="));

  private static SignatureVector of(String secret, String body, String signature) {
    return new SignatureVector(secret, ID, TIMESTAMP, body, signature);
  }

  @Override
  public String toString() {
    return id + " of " + body.length() + " characters";
  }
}
