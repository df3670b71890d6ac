package dev.wadi.webhook;

import dev.wadi.stream.ValidationException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A secret that requests are signed with as Standard Webhooks says; never printed by accident.
 *
 * <p>One that begins with {@code whsec_} is shared with the receiver (HMAC-SHA256, signatures
 * {@code v1}); one that begins with {@code whsk_} is the seed of an Ed25519 key, of which the
 * receiver needs only the {@linkplain #publicKey public part} (signatures {@code v1a}).
 */
public final class SigningSecret {

  private static final String SHARED = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MADE_BYTES = 32;
  private static final int LEAST_BYTES = 24;
  private static final int MOST_BYTES = 64;
  private static final long TOLERANCE_SECONDS = 300;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;
  private final @Nullable Ed25519 pair;

  private SigningSecret(byte[] key, @Nullable Ed25519 pair) {
    this.key = key;
    this.pair = pair;
  }

  /** A new one. */
  public static SigningSecret random() {
    var key = new byte[MADE_BYTES];
    RANDOM.nextBytes(key);
    return new SigningSecret(key, null);
  }

  /**
   * Reads {@code whsec_} and base64 of 24 to 64 bytes, or {@code whsk_} and base64 of 32.
   *
   * @throws ValidationException if it is something else; the text is not repeated
   */
  public static SigningSecret parse(String text) {
    if (text.startsWith(Ed25519.PREFIX)) {
      var seed = decoded(text.substring(Ed25519.PREFIX.length()));
      if (seed.length == Ed25519.SEED_BYTES) {
        return new SigningSecret(seed, new Ed25519(seed));
      }
    }
    var key = decoded(text.startsWith(SHARED) ? text.substring(SHARED.length()) : "");
    if (key.length < LEAST_BYTES || key.length > MOST_BYTES) {
      throw ValidationException.of(
          "secret",
          "must be whsec_ and base64 of 24 to 64 bytes, or whsk_ and base64 of the 32 bytes of an"
              + " ed25519 key");
    }
    return new SigningSecret(key, null);
  }

  /** Nothing if it is not base64. */
  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return prefix() + base64();
  }

  String base64() {
    return Base64.getEncoder().encodeToString(key);
  }

  private String prefix() {
    return pair == null ? SHARED : Ed25519.PREFIX;
  }

  /** What receivers verify with, {@code whpk_} and base64; null if they need the secret itself. */
  public @Nullable String publicKey() {
    return pair == null ? null : pair.publicKey();
  }

  /**
   * What {@code webhook-signature} says of one secret: {@code v1,} or {@code v1a,} and base64.
   *
   * @param id {@code webhook-id}
   * @param timestamp {@code webhook-timestamp}, seconds since 1970
   * @param body exactly what is sent
   */
  public String sign(String id, long timestamp, byte[] body) {
    var begin = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
    if (pair != null) {
      return pair.sign(begin, body);
    }
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(begin);
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** {@code webhook-signature}: what each secret says, the current one's first. */
  static String header(List<SigningSecret> secrets, String id, long timestamp, byte[] body) {
    return secrets.stream()
        .map(secret -> secret.sign(id, timestamp, body))
        .collect(Collectors.joining(" "));
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
    return other instanceof SigningSecret secret
        && prefix().equals(secret.prefix())
        && MessageDigest.isEqual(key, secret.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return prefix() + "…";
  }
}
