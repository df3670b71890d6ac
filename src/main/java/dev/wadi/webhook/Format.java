package dev.wadi.webhook;

import dev.wadi.stream.ValidationException;
import java.util.Locale;

/** What a request looks like. */
public enum Format {
  STANDARD,
  CLOUDEVENTS_BINARY,
  CLOUDEVENTS_STRUCTURED,
  CLOUDEVENTS_BATCH;

  /**
   * @throws ValidationException if there is no such format
   */
  public static Format parse(String text) {
    for (var format : values()) {
      if (format.text().equals(text)) {
        return format;
      }
    }
    throw ValidationException.of(
        "format",
        "must be one of standard, cloudevents_binary, cloudevents_structured, cloudevents_batch");
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a request holds one message only. */
  boolean single() {
    return this == CLOUDEVENTS_BINARY || this == CLOUDEVENTS_STRUCTURED;
  }
}
