package dev.wadi.capture;

/**
 * Something that keeps capture from working, or from working as well as it could.
 *
 * @param blocking whether nothing, or a table that a pipeline wants, cannot be captured until it is
 *     mended
 * @param text names the thing and the rule, and says what mends it
 */
public record Finding(boolean blocking, String text) {

  public static Finding error(String text) {
    return new Finding(true, text);
  }

  public static Finding warning(String text) {
    return new Finding(false, text);
  }

  @Override
  public String toString() {
    return (blocking ? "error: " : "warning: ") + text;
  }
}
