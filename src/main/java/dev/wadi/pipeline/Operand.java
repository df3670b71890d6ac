package dev.wadi.pipeline;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The value that a filter compares a column with, in each form in which it can be met. */
record Operand(
    ColumnKind kind,
    @Nullable Quantity number,
    @Nullable Quantity time,
    @Nullable Boolean truth,
    @Nullable String text) {

  /**
   * @throws IllegalArgumentException if a column of this kind can never have that value
   */
  static Operand of(Object value, ColumnKind kind) {
    return switch (kind) {
      case NUMBER ->
          new Operand(kind, required(Quantity.number(value), "a number", value), null, null, null);
      case BOOLEAN -> new Operand(kind, null, null, truth(value), null);
      case TIME ->
          new Operand(
              kind,
              null,
              required(
                  Quantity.time(value.toString()),
                  "a valid UTC datetime in ISO 8601 format (e.g., 2023-04-13T14:30:00Z)",
                  value),
              null,
              null);
      case TEXT, UNORDERED_TEXT, CASELESS_TEXT, PADDED_TEXT ->
          new Operand(kind, null, null, null, folded(value.toString(), kind));
      case JSON, COMPOSITE, ARRAY, ANY -> any(value, kind);
    };
  }

  /**
   * The sign of a column's value less this one; null if they cannot be compared.
   *
   * @param value as read from JSON, not null
   */
  @Nullable Integer compare(Object value) {
    if (value instanceof Boolean met) {
      return truth == null ? null : met.compareTo(truth);
    }
    if (number != null && (value instanceof Number || kind == ColumnKind.NUMBER)) {
      return signOf(Quantity.number(value), number);
    }
    if (!(value instanceof String met)) {
      return null;
    }
    if (time != null) {
      var instant = Quantity.time(met);
      boolean comparedAsText = instant == null && text != null;
      if (!comparedAsText) {
        return signOf(instant, time);
      }
    }
    return text == null ? null : Integer.signum(folded(met, kind).compareTo(text));
  }

  private static @Nullable Integer signOf(@Nullable Quantity met, Quantity operand) {
    return met == null ? null : met.compareTo(operand);
  }

  private static Operand any(Object value, ColumnKind kind) {
    if (value instanceof Boolean truth) {
      return new Operand(kind, null, null, truth, null);
    }
    var text = value instanceof String given ? given : null;
    boolean instant = text != null && Quantity.isInstant(text);
    return new Operand(
        kind,
        Quantity.number(value),
        instant ? Quantity.time(value.toString()) : null,
        text == null ? null : truthOrNull(text),
        text);
  }

  private static Boolean truth(Object value) {
    var truth = truthOrNull(value.toString().strip().toLowerCase(Locale.ROOT));
    return required(truth, "either `true` or `false`", value);
  }

  private static @Nullable Boolean truthOrNull(String text) {
    return switch (text) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> null;
    };
  }

  private static String folded(String text, ColumnKind kind) {
    return switch (kind) {
      case CASELESS_TEXT -> text.toLowerCase(Locale.ROOT);
      case PADDED_TEXT -> text.stripTrailing();
      case NUMBER, BOOLEAN, TIME, TEXT, UNORDERED_TEXT, JSON, COMPOSITE, ARRAY, ANY -> text;
    };
  }

  private static <T> T required(@Nullable T read, String what, Object value) {
    if (read == null) {
      throw new IllegalArgumentException("'value' must be " + what + " (got '" + value + "')");
    }
    return read;
  }
}
