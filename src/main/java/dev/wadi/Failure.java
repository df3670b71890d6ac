package dev.wadi;

/** What a person is told of a failure. */
final class Failure {

  private Failure() {}

  /** The message of the innermost cause, on one line; the class name where there is no message. */
  static String sentence(Throwable failure) {
    var cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    var message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return message.replaceAll("\\s+", " ").strip();
  }
}
