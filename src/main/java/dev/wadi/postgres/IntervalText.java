package dev.wadi.postgres;

import org.postgresql.util.PGInterval;

/**
 * An interval as Postgres prints it under {@code IntervalStyle=postgres}: {@code EncodeInterval} in
 * its {@code datetime.c}.
 *
 * <p>A field that follows a negative one carries a plus sign, the time has one sign for all its
 * parts, and an interval of nothing is {@code 00:00:00}.
 */
public final class IntervalText {

  private final StringBuilder out;
  private boolean empty = true;
  private boolean afterNegative;

  private IntervalText(StringBuilder out) {
    this.out = out;
  }

  /** Appends an interval as a JSON string. */
  public static void append(StringBuilder out, PGInterval interval) {
    out.append('"');
    new IntervalText(out).append(interval);
    out.append('"');
  }

  private void append(PGInterval interval) {
    appendUnit(interval.getYears(), "year");
    appendUnit(interval.getMonths(), "mon");
    appendUnit(interval.getDays(), "day");
    appendTime(
        interval.getHours(),
        interval.getMinutes(),
        interval.getWholeSeconds(),
        interval.getMicroSeconds());
  }

  private void appendUnit(int value, String unit) {
    if (value == 0) {
      return;
    }
    if (!empty) {
      out.append(' ');
    }
    if (afterNegative && value > 0) {
      out.append('+');
    }
    out.append(value).append(' ').append(unit);
    if (value != 1) {
      out.append('s');
    }
    empty = false;
    afterNegative = value < 0;
  }

  private void appendTime(int hours, int minutes, int seconds, int micros) {
    boolean nothing = hours == 0 && minutes == 0 && seconds == 0 && micros == 0;
    if (nothing && !empty) {
      return;
    }
    if (!empty) {
      out.append(' ');
    }
    boolean negative = hours < 0 || minutes < 0 || seconds < 0 || micros < 0;
    if (negative) {
      out.append('-');
    } else if (afterNegative) {
      out.append('+');
    }
    TimestampText.appendTwoDigits(out, Math.abs(hours));
    out.append(':');
    TimestampText.appendTwoDigits(out, Math.abs(minutes));
    out.append(':');
    TimestampText.appendTwoDigits(out, Math.abs(seconds));
    TimestampText.appendFraction(out, Math.abs(micros));
  }
}
