package dev.wadi.webhook;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts what the database keeps but must not know: AES-256-GCM, bound to what it is for. */
public final class SecretBox {

  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Supplier<byte[]> key;

  /**
   * @param key gives 32 bytes, always the same; asked when the first secret is sealed or opened
   */
  public SecretBox(Supplier<byte[]> key) {
    this.key = key;
  }

  /**
   * @param purpose what it is for; it opens for nothing else
   */
  byte[] seal(String purpose, String secret) {
    var nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, purpose, nonce);
      var sealed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
          .put(VERSION)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  /**
   * @throws IllegalStateException if the key is another one than it was sealed with
   */
  String open(String purpose, byte[] sealed) {
    try {
      var bytes = ByteBuffer.wrap(sealed);
      if (bytes.get() != VERSION) {
        throw new GeneralSecurityException("unknown version");
      }
      var nonce = new byte[NONCE_BYTES];
      bytes.get(nonce);
      var cipher = cipher(Cipher.DECRYPT_MODE, purpose, nonce);
      var opened = cipher.doFinal(sealed, bytes.position(), bytes.remaining());
      return new String(opened, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          purpose
              + ": cannot be decrypted; set wadi.secret-key to the key it was stored with, or"
              + " delete the webhook and create it anew",
          e);
    }
  }

  private Cipher cipher(int mode, String purpose, byte[] nonce) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key.get(), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
