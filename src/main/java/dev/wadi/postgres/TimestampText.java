package dev.wadi.postgres;

/**
 * Dates and times in the two forms that Postgres gives them: its own text ({@code DateStyle=ISO}),
 * and the ISO 8601 form that {@code JsonEncodeDateTime} uses for timestamps in JSON.
 *
 * <p>Years have at least four digits, the year before 1 is {@code 0001} with {@code BC} at the end,
 * fractions lose their trailing zeros.
 */
public final class TimestampText {

  private TimestampText() {}

  /** Appends Postgres's text of a {@code timestamp} as JSON. */
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

  /** Appends Postgres's text of a {@code timestamptz} as JSON. */
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
