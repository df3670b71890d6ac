package dev.wadi.postgres;

/**
 * Writes a {@code bytea} in hexadecimal form, whichever of the two forms the session printed: a
 * database or role may have been given {@code bytea_output=escape}. Only the hexadecimal form
 * starts with {@code \x}, as the other doubles its backslashes.
 */
final class ByteaText {

  private static final String HEX = "0123456789abcdef";

  private ByteaText() {}

  /** Appends the text of a {@code bytea} as a JSON string. */
  static void append(StringBuilder out, String text) {
    out.append("\"\\\\x");
    if (text.startsWith("\\x")) {
      out.append(text, "\\x".length(), text.length());
    } else {
      appendEscaped(out, text);
    }
    out.append('"');
  }

  /** Bytes are printed as ASCII, as a doubled backslash, or as a backslash and three octals. */
  private static void appendEscaped(StringBuilder out, String text) {
    for (int at = 0; at < text.length(); at++) {
      int code = text.charAt(at);
      if (code == '\\' && text.charAt(at + 1) == '\\') {
        at++;
      } else if (code == '\\') {
        code = Integer.parseInt(text, at + 1, at + 4, 8);
        at += 3;
      }
      out.append(HEX.charAt(code >> 4)).append(HEX.charAt(code & 15));
    }
  }
}
