package dev.wadi.postgres;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating-point numbers as Postgres prints them when {@code extra_float_digits} is 1 or more: the
 * fewest digits that still read as the same number ({@code d2s.c}, {@code f2s.c}).
 *
 * <p>Java's shortest digits differ in two places, which are computed from the definition instead:
 * Java takes digits that lie exactly between two numbers, which happens among large whole numbers,
 * and it prints at least two digits, which shows next to zero ({@code 4.9E-324} for {@code
 * 5e-324}).
 */
public final class FloatText {

  private static final double WHOLE_DOUBLES = 0x1p53;
  private static final double TINY_DOUBLES = 1e-300;
  private static final float WHOLE_FLOATS = 0x1p24f;
  private static final float TINY_FLOATS = 1e-40f;
  private static final int PLAIN_DOUBLE_DIGITS = 15;
  private static final int PLAIN_FLOAT_DIGITS = 6;
  private static final int SMALLEST_PLAIN_EXPONENT = -4;
  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  private FloatText() {}

  /** Appends a {@code float8} as Postgres's text; returns what it appended to. */
  public static StringBuilder append(StringBuilder out, double value) {
    if (!Double.isFinite(value) || value == 0) {
      return appendSpecial(out, value);
    }
    double size = Math.abs(value);
    if (size >= WHOLE_DOUBLES || size < TINY_DOUBLES) {
      var below = midpoint(new BigDecimal(size), new BigDecimal(Math.nextDown(size)));
      var half = new BigDecimal(Math.ulp(size)).divide(TWO);
      return appendExactly(out, value, size, below, half, PLAIN_DOUBLE_DIGITS);
    }
    return appendShortest(out, DoubleToDecimal.toString(value), PLAIN_DOUBLE_DIGITS);
  }

  /** Appends a {@code float4} as Postgres's text; returns what it appended to. */
  public static StringBuilder append(StringBuilder out, float value) {
    if (!Float.isFinite(value) || value == 0) {
      return appendSpecial(out, value);
    }
    float size = Math.abs(value);
    if (size >= WHOLE_FLOATS || size < TINY_FLOATS) {
      var below = midpoint(new BigDecimal(size), new BigDecimal(Math.nextDown(size)));
      var half = new BigDecimal(Math.ulp(size)).divide(TWO);
      return appendExactly(out, value, size, below, half, PLAIN_FLOAT_DIGITS);
    }
    return appendShortest(out, FloatToDecimal.toString(value), PLAIN_FLOAT_DIGITS);
  }

  private static StringBuilder appendSpecial(StringBuilder out, double value) {
    if (value == 0) {
      return out.append(1 / value < 0 ? "-0" : "0");
    }
    return out.append(value); // NaN, Infinity and -Infinity read the same in both languages
  }

  private static BigDecimal midpoint(BigDecimal one, BigDecimal other) {
    return one.add(other).divide(TWO);
  }

  private static StringBuilder appendExactly(
      StringBuilder out,
      double value,
      double size,
      BigDecimal below,
      BigDecimal half,
      int plainDigits) {
    var exact = new BigDecimal(size);
    var shortest = shortestBetween(exact, below, exact.add(half)).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    if (value < 0) {
      out.append('-');
    }
    return appendDigits(out, digits, exponent, plainDigits);
  }

  /** The nearest number of the fewest digits strictly between the bounds. */
  private static BigDecimal shortestBetween(BigDecimal exact, BigDecimal below, BigDecimal above) {
    for (int digits = 1; ; digits++) {
      var nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (isBetween(nearest, below, above)) {
        return nearest;
      }
      // Below a power of two the lower bound is nearer: the other neighbour may be inside.
      boolean roundedUp = nearest.compareTo(exact) > 0;
      var other =
          exact.round(new MathContext(digits, roundedUp ? RoundingMode.DOWN : RoundingMode.UP));
      if (isBetween(other, below, above)) {
        return other;
      }
    }
  }

  private static boolean isBetween(BigDecimal number, BigDecimal below, BigDecimal above) {
    return number.compareTo(below) > 0 && number.compareTo(above) < 0;
  }

  /** Rewrites Java's {@code 1.25E-7} or {@code 0.00125} as Postgres writes it. */
  private static StringBuilder appendShortest(StringBuilder out, String java, int plainDigits) {
    int at = 0;
    if (java.charAt(0) == '-') {
      out.append('-');
      at = 1;
    }
    int letter = java.indexOf('E');
    int end = letter < 0 ? java.length() : letter;
    int point = java.indexOf('.');
    int first = at;
    while (java.charAt(first) == '0' || java.charAt(first) == '.') {
      first++;
    }
    int last = end;
    while (java.charAt(last - 1) == '0' || java.charAt(last - 1) == '.') {
      last--;
    }
    int exponent = first < point ? point - first - 1 : point - first;
    if (letter >= 0) {
      exponent += Integer.parseInt(java, letter + 1, java.length(), 10);
    }
    boolean pointInside = first < point && point < last;
    String digits =
        pointInside
            ? java.substring(first, point) + java.substring(point + 1, last)
            : java.substring(first, last);
    return appendDigits(out, digits, exponent, plainDigits);
  }

  /**
   * Appends digits without zeros at either end.
   *
   * @param exponent power of ten of the first digit
   */
  private static StringBuilder appendDigits(
      StringBuilder out, String digits, int exponent, int plainDigits) {
    if (exponent < SMALLEST_PLAIN_EXPONENT || exponent >= plainDigits) {
      return appendScientific(out, digits, exponent);
    }
    if (exponent < 0) {
      return out.append("0.").append("0".repeat(-exponent - 1)).append(digits);
    }
    int whole = exponent + 1;
    if (digits.length() <= whole) {
      return out.append(digits).append("0".repeat(whole - digits.length()));
    }
    return out.append(digits, 0, whole).append('.').append(digits, whole, digits.length());
  }

  private static StringBuilder appendScientific(StringBuilder out, String digits, int exponent) {
    out.append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    TimestampText.appendTwoDigits(out, Math.abs(exponent));
    return out;
  }
}
