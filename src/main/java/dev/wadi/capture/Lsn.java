package dev.wadi.capture;

/** A position in the WAL as Postgres writes it. */
public final class Lsn {

  private Lsn() {}

  /** {@code 16/B374D848} for an unsigned 64-bit position. */
  public static String text(long lsn) {
    return Long.toHexString(lsn >>> 32).toUpperCase(java.util.Locale.ROOT)
        + "/"
        + Long.toHexString(lsn & 0xFFFFFFFFL).toUpperCase(java.util.Locale.ROOT);
  }

  /** The unsigned position that {@link #text} wrote. */
  public static long parse(String text) {
    int slash = text.indexOf('/');
    return (Long.parseLong(text, 0, slash, 16) << 32)
        | Long.parseLong(text, slash + 1, text.length(), 16);
  }
}
