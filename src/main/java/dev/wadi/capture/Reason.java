package dev.wadi.capture;

import org.apache.camel.CamelExchangeException;
import org.apache.camel.RuntimeCamelException;

/** The sentence inside an exception that a person can act on. */
final class Reason {

  private Reason() {}

  /** The message of the innermost cause that has one, on one line. */
  static String of(Throwable failure) {
    String message = failure.toString();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean wrapper =
          cause instanceof CamelExchangeException || cause instanceof RuntimeCamelException;
      if (cause.getMessage() != null && !wrapper) {
        message = cause.getMessage();
      }
    }
    return message.replaceAll("\\s+", " ").strip();
  }
}
