package dev.wadi.postgres;

import dev.wadi.postgres.PostgresType.Scalar;

/**
 * Writes values as JSON text, given as the text that Postgres itself prints for them.
 *
 * <p>The result, cast to {@code jsonb}, equals {@code to_jsonb} of the value, provided that the
 * text was printed in the canonical session: {@code TimeZone=UTC, DateStyle=ISO,
 * IntervalStyle=postgres, bytea_output=hex, extra_float_digits=1}. The rules are those of {@code
 * datum_to_jsonb_internal} in Postgres's {@code jsonb.c}. Numbers are written as Postgres prints
 * them, so {@code 1e+20} may occur; {@code jsonb} expands it.
 *
 * <p>JSON columns are embedded as they are. The type {@code json} holds a few texts that {@code
 * jsonb} cannot: ask {@link #isStorable} before storing them.
 */
public final class JsonText {

  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  /**
   * A value as JSON text.
   *
   * @param text what Postgres prints for the value, which is not null
   * @throws IllegalArgumentException if the text is not a value of the type as it is known here,
   *     which happens when a composite type was altered after the value was written
   */
  public static String of(PostgresType type, String text) {
    if (type.base() instanceof Scalar scalar) {
      return ofScalar(scalar, text);
    }
    var out = new StringBuilder(text.length() + 16);
    append(out, type, text);
    return out.toString();
  }

  /**
   * Appends a value as JSON text.
   *
   * @param text what Postgres prints for the value, which is not null
   * @throws IllegalArgumentException if the text is not a value of the type as it is known here
   */
  public static void append(StringBuilder out, PostgresType type, String text) {
    var base = type.base();
    if (base instanceof Scalar scalar) {
      appendScalar(out, scalar, text);
    } else if (base instanceof PostgresType.Array array) {
      new ArrayLiteral(array, text).append(out);
    } else if (base instanceof PostgresType.Vector vector) {
      appendVector(out, vector, text);
    } else if (base instanceof PostgresType.Composite composite) {
      new CompositeLiteral(composite, text).append(out);
    } else if (base instanceof PostgresType.Hstore) {
      new HstoreLiteral(text).append(out);
    } else {
      quote(out, text);
    }
  }

  /** A text as a JSON string, quotes included. */
  public static String string(String text) {
    if (isPlain(text)) {
      return "\"" + text + "\"";
    }
    var out = new StringBuilder(text.length() + 16);
    quote(out, text);
    return out.toString();
  }

  /** Appends a text as a JSON string, quotes included. */
  public static void quote(StringBuilder out, String text) {
    out.append('"');
    int written = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (needsEscape(c)) {
        out.append(text, written, at);
        appendEscaped(out, c);
        written = at + 1;
      }
    }
    out.append(text, written, text.length()).append('"');
  }

  /**
   * Tells whether {@code jsonb} can hold a JSON text. The type {@code json} can hold more: {@code
   * \u0000}, halves of surrogate pairs, numbers beyond the range of {@code numeric}, any depth. A
   * text that is not storable must not be sent to a {@code jsonb} column; no part of it is changed
   * here.
   *
   * @param json well-formed JSON, as every {@code json} value of Postgres is
   */
  public static boolean isStorable(String json) {
    return new StorableJson(json).holds();
  }

  private static String ofScalar(Scalar scalar, String text) {
    return switch (scalar.form()) {
      case BOOLEAN -> text.equals("t") ? "true" : "false";
      case NUMBER -> isNumber(text) ? text : string(text);
      case JSON -> text;
      case STRING -> string(text);
      case TIMESTAMP, TIMESTAMP_WITH_ZONE, BYTEA -> {
        var out = new StringBuilder(text.length() + 8);
        appendScalar(out, scalar, text);
        yield out.toString();
      }
    };
  }

  private static void appendScalar(StringBuilder out, Scalar scalar, String text) {
    switch (scalar.form()) {
      case BOOLEAN -> out.append(text.equals("t"));
      case NUMBER -> {
        if (isNumber(text)) {
          out.append(text);
        } else {
          quote(out, text);
        }
      }
      case TIMESTAMP -> TimestampText.append(out, text);
      case TIMESTAMP_WITH_ZONE -> TimestampText.appendWithZone(out, text);
      case BYTEA -> ByteaText.append(out, text);
      case JSON -> out.append(text);
      case STRING -> quote(out, text);
    }
  }

  /** {@code NaN}, {@code Infinity} and {@code -Infinity} are no JSON numbers. */
  private static boolean isNumber(String text) {
    char last = text.charAt(text.length() - 1);
    return last >= '0' && last <= '9';
  }

  private static void appendVector(StringBuilder out, PostgresType.Vector vector, String text) {
    out.append('[');
    int start = 0;
    while (start < text.length()) {
      int space = text.indexOf(' ', start);
      int end = space < 0 ? text.length() : space;
      if (start > 0) {
        out.append(',');
      }
      append(out, vector.element(), text.substring(start, end));
      start = end + 1;
    }
    out.append(']');
  }

  private static boolean isPlain(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (needsEscape(text.charAt(at))) {
        return false;
      }
    }
    return true;
  }

  private static boolean needsEscape(char c) {
    return c < ' ' || c == '"' || c == '\\';
  }

  private static void appendEscaped(StringBuilder out, char c) {
    out.append('\\');
    switch (c) {
      case '"', '\\' -> out.append(c);
      case '\n' -> out.append('n');
      case '\r' -> out.append('r');
      case '\t' -> out.append('t');
      default -> out.append("u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
    }
  }
}
