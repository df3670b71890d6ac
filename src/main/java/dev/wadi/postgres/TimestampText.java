package dev.wadi.postgres;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;

/**
 * Dates and times in the two forms that Postgres gives them: its own text ({@code DateStyle=ISO}),
 * and the ISO 8601 form that {@code JsonEncodeDateTime} uses for timestamps in JSON.
 *
 * <p>Years have at least four digits, the year before 1 is {@code 0001} with {@code BC} at the end,
 * fractions lose their trailing zeros.
 */
public final class TimestampText {

  private static final int SECONDS_PER_DAY = 86_400;

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

  /** Appends a {@code timestamp} as JSON; the instant is its reading in UTC. */
  public static void append(StringBuilder out, Instant timestamp) {
    append(out, timestamp.getEpochSecond(), timestamp.getNano(), "");
  }

  /** Appends a {@code timestamptz} as JSON, in UTC. */
  public static void appendWithZone(StringBuilder out, Instant timestamp) {
    append(out, timestamp.getEpochSecond(), timestamp.getNano(), "+00:00");
  }

  /** Appends a {@code date} as JSON. */
  public static void append(StringBuilder out, LocalDate date) {
    out.append('"');
    appendDate(out, date);
    appendEra(out, date);
    out.append('"');
  }

  /** Appends a {@code timetz} as JSON. */
  public static void append(StringBuilder out, OffsetTime time) {
    out.append('"');
    appendTime(out, time.toLocalTime());
    appendOffset(out, time.getOffset());
    out.append('"');
  }

  private static void append(StringBuilder out, long epochSecond, int nanos, String zone) {
    var date = LocalDate.ofEpochDay(Math.floorDiv(epochSecond, SECONDS_PER_DAY));
    int secondOfDay = (int) Math.floorMod(epochSecond, (long) SECONDS_PER_DAY);
    out.append('"');
    appendDate(out, date);
    out.append('T');
    appendTime(out, secondOfDay, nanos);
    out.append(zone);
    appendEra(out, date);
    out.append('"');
  }

  private static void appendDate(StringBuilder out, LocalDate date) {
    int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
    if (year < 1000) {
      out.append(year < 10 ? "000" : year < 100 ? "00" : "0");
    }
    out.append(year).append('-');
    appendTwoDigits(out, date.getMonthValue());
    out.append('-');
    appendTwoDigits(out, date.getDayOfMonth());
  }

  private static void appendEra(StringBuilder out, LocalDate date) {
    if (date.getYear() <= 0) {
      out.append(" BC");
    }
  }

  private static void appendTime(StringBuilder out, LocalTime time) {
    appendTime(out, time.toSecondOfDay(), time.getNano());
  }

  private static void appendTime(StringBuilder out, int secondOfDay, int nanos) {
    appendTwoDigits(out, secondOfDay / 3600);
    out.append(':');
    appendTwoDigits(out, secondOfDay / 60 % 60);
    out.append(':');
    appendTwoDigits(out, secondOfDay % 60);
    appendFraction(out, nanos / 1000);
  }

  private static void appendOffset(StringBuilder out, ZoneOffset offset) {
    int seconds = Math.abs(offset.getTotalSeconds());
    out.append(offset.getTotalSeconds() < 0 ? '-' : '+');
    appendTwoDigits(out, seconds / 3600);
    boolean wholeHours = seconds % 3600 == 0;
    if (!wholeHours) {
      out.append(':');
      appendTwoDigits(out, seconds / 60 % 60);
    }
    boolean wholeMinutes = seconds % 60 == 0;
    if (!wholeMinutes) {
      out.append(':');
      appendTwoDigits(out, seconds % 60);
    }
  }

  static void appendTwoDigits(StringBuilder out, int number) {
    if (number < 10) {
      out.append('0');
    }
    out.append(number);
  }

  /** Appends microseconds as a decimal fraction without trailing zeros; nothing for none. */
  static void appendFraction(StringBuilder out, int micros) {
    if (micros == 0) {
      return;
    }
    int rest = micros;
    out.append('.');
    for (int unit = 100_000; rest > 0; unit /= 10) {
      out.append((char) ('0' + rest / unit));
      rest %= unit;
    }
  }
}
