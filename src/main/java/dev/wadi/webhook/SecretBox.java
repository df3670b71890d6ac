package dev.wadi.webhook;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Encrypts what the database keeps but must not know: AES-256-GCM, bound to what it is for. */
public final class SecretBox {

  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Supplier<byte[]> key;
  private final List<Supplier<byte[]>> keys = new ArrayList<>();

  /**
   * @param key gives 32 bytes, always the same; asked when the first secret is sealed or opened
   */
  public SecretBox(Supplier<byte[]> key) {
    this(key, List.of());
  }

  /**
   * @param previousKeys open what they have sealed, and seal nothing more
   */
  public SecretBox(Supplier<byte[]> key, List<Supplier<byte[]>> previousKeys) {
    this.key = key;
    keys.add(key);
    keys.addAll(previousKeys);
  }

  /**
   * @param purpose what it is for; it opens for nothing else
   */
  byte[] seal(String purpose, String secret) {
    var nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, key, purpose, nonce);
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
   * @throws IllegalStateException if it was sealed with none of the keys
   */
  String open(String purpose, byte[] sealed) {
    for (var candidate : keys) {
      var opened = openedOrNull(candidate, purpose, sealed);
      if (opened != null) {
        return opened;
      }
    }
    throw new IllegalStateException(
        purpose
            + ": cannot be decrypted; set wadi.secret-key or wadi.secret-key.previous to the key it"
            + " was stored with, or delete the webhook and create it anew");
  }

  private static @Nullable String openedOrNull(
      Supplier<byte[]> key, String purpose, byte[] sealed) {
    boolean isKnown = sealed.length > 1 + NONCE_BYTES && sealed[0] == VERSION;
    if (!isKnown) {
      return null;
    }
    var nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, key, purpose, nonce);
      int start = 1 + NONCE_BYTES;
      var opened = cipher.doFinal(sealed, start, sealed.length - start);
      return new String(opened, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  private static Cipher cipher(int mode, Supplier<byte[]> key, String purpose, byte[] nonce)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key.get(), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
