package dev.wadi.webhook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Reads the header {@code Retry-After}: seconds, or a date in one of HTTP's three forms. */
final class RetryAfter {

  /** However long a receiver asks for, it is tried again after this. */
  static final Duration CEILING = Duration.ofHours(1);

  private static final DateTimeFormatter RFC_850 =
      new DateTimeFormatterBuilder()
          .appendPattern("EEEE, dd-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.US);
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US);
  private static final List<Function<String, Instant>> DATES =
      List.of(
          text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant(),
          text -> LocalDateTime.parse(text, RFC_850).toInstant(ZoneOffset.UTC),
          text -> LocalDateTime.parse(text, ASCTIME).toInstant(ZoneOffset.UTC),
          text -> OffsetDateTime.parse(text).toInstant());

  private RetryAfter() {}

  /** How long to wait, 0 to an hour in ms; 0 also for what cannot be read. */
  static long read(String text, Instant now) {
    var value = text.strip();
    if (value.matches("[0-9]+")) {
      return value.length() > 9 ? CEILING.toMillis() : bounded(Long.parseLong(value) * 1000);
    }
    for (var date : DATES) {
      try {
        return bounded(Duration.between(now, date.apply(value)).toMillis());
      } catch (DateTimeException | ArithmeticException e) {
        // Not that form; perhaps the next one.
        continue;
      }
    }
    return 0;
  }

  static long bounded(long ms) {
    return Math.max(0, Math.min(ms, CEILING.toMillis()));
  }
}
