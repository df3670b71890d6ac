package dev.wadi.postgres;

/**
 * Turns timestamps from Postgres's text ({@code DateStyle=ISO}) into the ISO 8601 form that {@code
 * JsonEncodeDateTime} gives them: a {@code T} in the middle, and an offset of hours and minutes.
 * Infinities have neither; {@code BC} stays at the end.
 */
final class TimestampText {

  private TimestampText() {}

  /** Appends the text of a {@code timestamp} as JSON. */
  static void append(StringBuilder out, String text) {
    int space = text.indexOf(' ');
    out.append('"');
    if (space < 0) {
      out.append(text); // infinity, -infinity
    } else {
      out.append(text, 0, space).append('T').append(text, space + 1, text.length());
    }
    out.append('"');
  }

  /** Appends the text of a {@code timestamptz} as JSON. */
  static void appendWithZone(StringBuilder out, String text) {
    int space = text.indexOf(' ');
    if (space < 0) {
      append(out, text);
      return;
    }
    int era = text.indexOf(' ', space + 1);
    int end = era < 0 ? text.length() : era;
    int sign = Math.max(text.indexOf('+', space), text.indexOf('-', space));
    out.append('"').append(text, 0, space).append('T').append(text, space + 1, end);
    boolean hoursOnly = end - sign == "+00".length();
    if (hoursOnly) {
      out.append(":00");
    }
    out.append(text, end, text.length()).append('"');
  }
}
