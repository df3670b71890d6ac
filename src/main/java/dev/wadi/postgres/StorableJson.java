package dev.wadi.postgres;

/**
 * Looks through well-formed JSON for what {@code jsonb} refuses.
 *
 * <p>The limits are those of {@code numeric} (131,072 digits before the point, 16,383 after) and of
 * a {@code jsonb} string (268,435,455 bytes). How deep values may nest depends on the server's
 * {@code max_stack_depth}; the limit here stays well below what the default allows. So does that of
 * values in one text: while Postgres builds an object it doubles an array of 72 bytes for each
 * member, which may not pass 1 GiB. Numbers are held as they are short and printed in full: whoever
 * reads the value gets all their digits, so these are limited, too.
 */
final class StorableJson {

  private static final int MAX_DEPTH = 1_000;
  private static final int MAX_LENGTH = 0x0FFFFFFF / 4;
  private static final int MAX_VALUES = 1 << 23;
  private static final int MAX_WHOLE_DIGITS = 131_072;
  private static final int MAX_FRACTION_DIGITS = 16_383;
  private static final int MAX_EXPONENT_LENGTH = 8;
  private static final long MAX_ADDED_DIGITS = 32_000_000;

  private final String json;
  private int at;
  private long digits;

  StorableJson(String json) {
    this.json = json;
  }

  boolean holds() {
    if (json.length() > MAX_LENGTH) {
      return false;
    }
    int depth = 0;
    int values = 0;
    while (at < json.length()) {
      char c = json.charAt(at);
      if (c == '"') {
        if (!stringHolds()) {
          return false;
        }
      } else if (c == '-' || isDigit(c)) {
        if (!numberHolds()) {
          return false;
        }
      } else {
        at++;
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        values += c == ',' ? 1 : 0;
        if (depth > MAX_DEPTH || values >= MAX_VALUES) {
          return false;
        }
      }
    }
    return digits <= json.length() + MAX_ADDED_DIGITS;
  }

  private boolean stringHolds() {
    for (at = nextSpecial(at + 1); at < json.length(); at = nextSpecial(at + 1)) {
      char c = json.charAt(at);
      if (c == '"') {
        at++;
        return true;
      }
      if (!(c == '\\' ? escapeHolds() : surrogatesHold(c))) {
        return false;
      }
    }
    return false;
  }

  /** The next quote, backslash, half of a surrogate pair or NUL. */
  private int nextSpecial(int from) {
    int next = from;
    while (next < json.length()) {
      char c = json.charAt(next);
      if (c == '"' || c == '\\' || c == '\0' || Character.isSurrogate(c)) {
        break;
      }
      next++;
    }
    return next;
  }

  /** Leaves the position on the last character of the escape, or of both of a pair. */
  private boolean escapeHolds() {
    at++;
    boolean unicode = at < json.length() && json.charAt(at) == 'u';
    if (!unicode) {
      return true;
    }
    int unit = unitAt(at + 1);
    at += 4;
    if (unit <= 0 || Character.isLowSurrogate((char) unit)) {
      return false;
    }
    if (!Character.isHighSurrogate((char) unit)) {
      return true;
    }
    boolean followed = json.startsWith("\\u", at + 1);
    int low = followed ? unitAt(at + 3) : -1;
    at += 6;
    return low > 0 && Character.isLowSurrogate((char) low);
  }

  /** A half of a pair cannot be written as UTF-8, nor can Postgres hold a NUL. */
  private boolean surrogatesHold(char c) {
    boolean pair =
        Character.isHighSurrogate(c)
            && at + 1 < json.length()
            && Character.isLowSurrogate(json.charAt(at + 1));
    at++;
    return pair;
  }

  private int unitAt(int start) {
    if (start + 4 > json.length()) {
      return -1;
    }
    int unit = 0;
    for (int digit = start; digit < start + 4; digit++) {
      unit = unit << 4 | Character.digit(json.charAt(digit), 16);
    }
    return unit;
  }

  private boolean numberHolds() {
    if (json.charAt(at) == '-') {
      at++;
    }
    int start = at;
    skipDigits();
    int whole = at - start;
    boolean zero = whole == 1 && json.charAt(start) == '0';
    int leadingZeros = 0;
    int fraction = 0;
    if (is('.')) {
      int point = at++;
      skipDigits();
      fraction = at - point - 1;
      while (leadingZeros < fraction && json.charAt(point + 1 + leadingZeros) == '0') {
        leadingZeros++;
      }
    }
    long exponent = exponent();
    boolean nothing = zero && leadingZeros == fraction;
    long wholeDigits = zero ? exponent - leadingZeros : whole + exponent;
    boolean wholeFits = nothing || wholeDigits <= MAX_WHOLE_DIGITS;
    digits += nothing ? 0 : Math.max(0, wholeDigits);
    digits += Math.max(0, fraction - exponent);
    boolean exponentFits = Math.abs(exponent) < Integer.MAX_VALUE / 2;
    return wholeFits && exponentFits && fraction - exponent <= MAX_FRACTION_DIGITS;
  }

  private long exponent() {
    if (!is('e') && !is('E')) {
      return 0;
    }
    at++;
    boolean negative = is('-');
    if (negative || is('+')) {
      at++;
    }
    int start = at;
    skipDigits();
    while (start < at - 1 && json.charAt(start) == '0') {
      start++;
    }
    long size =
        at - start > MAX_EXPONENT_LENGTH ? Integer.MAX_VALUE : Long.parseLong(json, start, at, 10);
    return negative ? -size : size;
  }

  private void skipDigits() {
    while (at < json.length() && isDigit(json.charAt(at))) {
      at++;
    }
  }

  private boolean is(char expected) {
    return at < json.length() && json.charAt(at) == expected;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
