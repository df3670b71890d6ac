package dev.wadi.pipeline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A number or an instant on a line that also has its two ends and, beyond them, {@code NaN}.
 *
 * @param rank -1 for minus infinity, 0 for an amount, 1 for infinity, 2 for not a number
 */
record Quantity(int rank, BigDecimal amount) implements Comparable<Quantity> {

  private static final int MAX_DIGITS = 200_000;
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,6})?");
  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{4,7})-(\\d{2})-(\\d{2})"
              + "(?:[T ](\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?"
              + "\\s?(Z|[+-]\\d{2}(?::?\\d{2}(?::?\\d{2})?)?)?)?( BC)?",
          Pattern.CASE_INSENSITIVE);

  /** A JSON value as a number; null if it is none. */
  static @Nullable Quantity number(Object value) {
    if (value instanceof BigDecimal decimal) {
      return amount(decimal);
    }
    if (value instanceof BigInteger integer) {
      return amount(new BigDecimal(integer));
    }
    if (value instanceof Integer || value instanceof Long) {
      return amount(BigDecimal.valueOf(((Number) value).longValue()));
    }
    var text = value.toString().strip();
    boolean decimal =
        !(value instanceof Boolean)
            && text.length() < MAX_DIGITS
            && DECIMAL.matcher(text).matches();
    return decimal ? amount(new BigDecimal(text)) : special(text);
  }

  /** Text as an instant; null if it is none. */
  static @Nullable Quantity time(String text) {
    var parts = TIME.matcher(text.strip());
    if (!parts.matches()) {
      var end = special(text);
      return end == null || end.rank == 2 ? null : end;
    }
    try {
      int year = Integer.parseInt(parts.group(1));
      var date =
          LocalDate.of(
              parts.group(9) == null ? year : 1 - year,
              Integer.parseInt(parts.group(2)),
              Integer.parseInt(parts.group(3)));
      var time = parts.group(4) == null ? LocalTime.MIDNIGHT : time(parts);
      var zone = parts.group(8) == null ? ZoneOffset.UTC : zone(parts.group(8));
      var instant = LocalDateTime.of(date, time).toInstant(zone);
      return amount(
          BigDecimal.valueOf(instant.getEpochSecond())
              .add(BigDecimal.valueOf(instant.getNano(), 9)));
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Whether text names an instant completely: date, time and zone. */
  static boolean isInstant(String text) {
    var parts = TIME.matcher(text.strip());
    return parts.matches() && parts.group(8) != null;
  }

  @Override
  public int compareTo(Quantity other) {
    return rank != other.rank ? Integer.compare(rank, other.rank) : amount.compareTo(other.amount);
  }

  private static Quantity amount(BigDecimal amount) {
    return new Quantity(0, amount);
  }

  private static @Nullable Quantity special(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "-infinity" -> new Quantity(-1, BigDecimal.ZERO);
      case "infinity" -> new Quantity(1, BigDecimal.ZERO);
      case "nan" -> new Quantity(2, BigDecimal.ZERO);
      default -> null;
    };
  }

  private static LocalTime time(java.util.regex.Matcher parts) {
    var second = parts.group(6) == null ? "00" : parts.group(6);
    var fraction = parts.group(7) == null ? "" : parts.group(7);
    return LocalTime.of(
        Integer.parseInt(parts.group(4)),
        Integer.parseInt(parts.group(5)),
        Integer.parseInt(second),
        Integer.parseInt((fraction + "000000000").substring(0, 9)));
  }

  private static ZoneOffset zone(String text) {
    boolean hoursOnly = text.length() == 3;
    return text.equalsIgnoreCase("Z")
        ? ZoneOffset.UTC
        : ZoneOffset.of(hoursOnly ? text + ":00" : text);
  }
}
