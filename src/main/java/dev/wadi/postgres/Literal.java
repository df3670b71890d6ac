package dev.wadi.postgres;

/** A text that is read from left to right. */
abstract class Literal {

  final String text;
  int at;

  Literal(String text) {
    this.text = text;
  }

  /** The next character, or NUL, which Postgres never prints, at the end. */
  final char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  final boolean take(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  final void require(char expected) {
    if (!take(expected)) {
      throw malformed("expected " + expected);
    }
  }

  final void requireEnd() {
    if (at < text.length()) {
      throw malformed("expected the end");
    }
  }

  /**
   * Reads on to the closing quote, the opening one being read. A backslash makes the next character
   * plain; so does doubling a quote.
   */
  final String quoted() {
    int start = at;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' || c == '"' && at + 1 < text.length() && text.charAt(at + 1) == '"') {
        return unescaped(start);
      }
      at++;
      if (c == '"') {
        return text.substring(start, at - 1);
      }
    }
    throw malformed("a quote is not closed");
  }

  private String unescaped(int start) {
    var value = new StringBuilder(text.length() - start).append(text, start, at);
    while (at < text.length()) {
      char c = text.charAt(at++);
      boolean doubled = c == '"' && peek() == '"';
      if (c == '"' && !doubled) {
        return value.toString();
      }
      boolean escaped = c == '\\' && at < text.length();
      value.append(doubled || escaped ? text.charAt(at++) : c);
    }
    throw malformed("a quote is not closed");
  }

  /** Says where reading stopped, not what was read: rows do not belong into messages. */
  final IllegalArgumentException malformed(String rule) {
    return new IllegalArgumentException(
        "%s: %s (at %d of %d characters)".formatted(name(), rule, at, text.length()));
  }

  abstract String name();
}
