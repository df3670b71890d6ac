package dev.wadi.consumer;

import dev.wadi.stream.ValidationException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Where a consumer group starts to read, or is sent.
 *
 * @param position {@code beginning}, {@code end} or {@code from}
 * @param value with {@code from} a seq (from 0) or an ISO 8601 time with offset: the first event
 *     that is delivered, or the time from which on events are; null otherwise
 */
public record StartPosition(String position, @Nullable String value) {

  public static final StartPosition BEGINNING = new StartPosition("beginning", null);
  public static final StartPosition END = new StartPosition("end", null);

  /**
   * @throws ValidationException if it is none of the three
   */
  public StartPosition {
    switch (position) {
      case "beginning", "end" -> {
        if (value != null) {
          throw ValidationException.of("start", "must not have a value unless position is from");
        }
      }
      case "from" -> requireSeqOrTime(value);
      default ->
          throw ValidationException.of(
              "start", "position must be one of beginning, end, from (got " + position + ")");
    }
  }

  /** From an event on. */
  public static StartPosition from(long seq) {
    return new StartPosition("from", Long.toString(seq));
  }

  /** From a time on. */
  public static StartPosition from(Instant time) {
    return new StartPosition("from", time.toString());
  }

  /** The seq of the first event to deliver; null if a time is given, or no value. */
  @Nullable Long seq() {
    return value == null ? null : seqOf(value);
  }

  /** The time from which on to deliver; null if a seq is given, or no value. */
  @Nullable Instant time() {
    return value == null || seqOf(value) != null ? null : timeOf(value);
  }

  private static void requireSeqOrTime(@Nullable String value) {
    boolean readable = value != null && (seqOf(value) != null || timeOf(value) != null);
    if (!readable) {
      throw ValidationException.of(
          "start",
          "value must be a seq or a time such as 2026-01-31T12:00:00Z (got " + value + ")");
    }
  }

  private static @Nullable Long seqOf(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    try {
      return digits ? Long.valueOf(text) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Instant timeOf(String text) {
    try {
      var time = OffsetDateTime.parse(text);
      boolean known = time.getYear() >= 1 && time.getYear() <= 9999;
      return known ? time.toInstant() : null;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
