package dev.wadi.consumer;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes and checks the ack ids of one group: base64url of version, group, epoch, seq, attempt and a
 * code that only the group's key makes. Nothing needs to be remembered to tell a stale id from one
 * that never was.
 */
final class AckIds {

  private static final byte VERSION = 1;
  private static final int BODY_BYTES = 1 + 4 + 8 + 8 + 4;
  private static final int CODE_BYTES = 12;
  private static final int TEXT_LENGTH = (BODY_BYTES + CODE_BYTES) * 8 / 6 + 1;
  private static final String ALGORITHM = "HmacSHA256";

  /** One delivery of one event. */
  record Id(long epoch, long seq, int attempt) {}

  private final int group;
  private final Mac mac;

  AckIds(int group, byte[] key) {
    this.group = group;
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  String write(Id id) {
    var bytes = new byte[BODY_BYTES + CODE_BYTES];
    ByteBuffer.wrap(bytes)
        .put(VERSION)
        .putInt(group)
        .putLong(id.epoch())
        .putLong(id.seq())
        .putInt(id.attempt());
    System.arraycopy(code(bytes), 0, bytes, BODY_BYTES, CODE_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The delivery that an ack id stands for; null if this group never made it. */
  @Nullable Id read(String text) {
    if (text.length() != TEXT_LENGTH) {
      return null;
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
    var given = Arrays.copyOfRange(bytes, BODY_BYTES, BODY_BYTES + CODE_BYTES);
    var expected = Arrays.copyOf(code(bytes), CODE_BYTES);
    if (!MessageDigest.isEqual(given, expected)) {
      return null;
    }
    var body = ByteBuffer.wrap(bytes);
    boolean ours = body.get() == VERSION && body.getInt() == group;
    return ours ? new Id(body.getLong(), body.getLong(), body.getInt()) : null;
  }

  private synchronized byte[] code(byte[] bytes) {
    mac.update(bytes, 0, BODY_BYTES);
    return mac.doFinal();
  }
}
