package dev.wadi.webhook;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** An Ed25519 key as Standard Webhooks writes it: RFC 8032, a seed of 32 bytes. */
final class Ed25519 {

  static final String PREFIX = "whsk_";
  static final int SEED_BYTES = 32;

  private static final String PUBLIC_PREFIX = "whpk_";
  private static final String ALGORITHM = "Ed25519";

  private final KeyPair pair;

  Ed25519(byte[] seed) {
    try {
      var generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, new Given(seed));
      pair = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** {@code v1a,} and base64 of the signature of both parts together. */
  String sign(byte[] begin, byte[] body) {
    try {
      var signature = Signature.getInstance(ALGORITHM);
      signature.initSign(pair.getPrivate());
      signature.update(begin);
      signature.update(body);
      return "v1a," + Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** {@code whpk_} and base64 of the point: its y, little end first, and the sign of its x. */
  String publicKey() {
    var point = ((EdECPublicKey) pair.getPublic()).getPoint();
    var bigEndian = point.getY().toByteArray();
    var encoded = new byte[SEED_BYTES];
    for (int place = 0; place < Math.min(bigEndian.length, SEED_BYTES); place++) {
      encoded[place] = bigEndian[bigEndian.length - 1 - place];
    }
    if (point.isXOdd()) {
      encoded[SEED_BYTES - 1] |= (byte) 0x80;
    }
    return PUBLIC_PREFIX + Base64.getEncoder().encodeToString(encoded);
  }

  /** Java derives a public key only from a seed that a generator asks for. */
  private static final class Given extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final transient byte[] seed;

    Given(byte[] seed) {
      this.seed = Arrays.copyOf(seed, SEED_BYTES);
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
