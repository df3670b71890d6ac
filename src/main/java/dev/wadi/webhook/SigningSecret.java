package dev.wadi.webhook;

import dev.wadi.stream.ValidationException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A secret that requests are signed with as Standard Webhooks says; never printed by accident. */
public final class SigningSecret {

  private static final String PREFIX = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MADE_BYTES = 32;
  private static final int LEAST_BYTES = 24;
  private static final int MOST_BYTES = 64;
  private static final long TOLERANCE_SECONDS = 300;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  private SigningSecret(byte[] key) {
    this.key = key;
  }

  /** A new one. */
  public static SigningSecret random() {
    var key = new byte[MADE_BYTES];
    RANDOM.nextBytes(key);
    return new SigningSecret(key);
  }

  /**
   * Reads {@code whsec_} and base64 of 24 to 64 bytes.
   *
   * @throws ValidationException if it is something else; the text is not repeated
   */
  public static SigningSecret parse(String text) {
    try {
      boolean prefixed = text.startsWith(PREFIX);
      var key = Base64.getDecoder().decode(prefixed ? text.substring(PREFIX.length()) : "");
      if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) {
        return new SigningSecret(key);
      }
    } catch (IllegalArgumentException e) {
      throw refused();
    }
    throw refused();
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  /**
   * What {@code webhook-signature} says of one secret: {@code v1,} and base64.
   *
   * @param id {@code webhook-id}
   * @param timestamp {@code webhook-timestamp}, seconds since 1970
   * @param body exactly what is sent
   */
  public String sign(String id, long timestamp, byte[] body) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /**
   * Whether a request was signed with this secret within five minutes of now.
   *
   * @param id {@code webhook-id}; null if the header is absent, as for the next two
   */
  public boolean verifies(
      @Nullable String id,
      @Nullable String timestamp,
      @Nullable String signatures,
      byte[] body,
      Instant now) {
    boolean complete = id != null && timestamp != null && signatures != null;
    if (!complete || !timestamp.matches("[0-9]{1,12}")) {
      return false;
    }
    long seconds = Long.parseLong(timestamp);
    var expected = sign(id, seconds, body).getBytes(StandardCharsets.US_ASCII);
    boolean recent = Math.abs(now.getEpochSecond() - seconds) <= TOLERANCE_SECONDS;
    boolean signed = false;
    for (var signature : signatures.split(" ")) {
      signed |= MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
    }
    return recent && signed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SigningSecret secret && MessageDigest.isEqual(key, secret.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return PREFIX + "…";
  }

  private static ValidationException refused() {
    return ValidationException.of(
        "secret", "must be whsec_ and base64 of 24 to 64 bytes; leave it out and Wadi makes one");
  }
}
