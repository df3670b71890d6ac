package dev.wadi.webhook;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver answered.
 *
 * @param status HTTP status; 0 if there was no answer
 * @param body the first 16 KiB
 * @param retryAfter header {@code Retry-After}; null if absent
 * @param error why there was no answer; null if there was one
 */
public record Reply(int status, byte[] body, @Nullable String retryAfter, @Nullable String error) {

  private static final int EXCERPT_BYTES = 1_024;
  private static final int MAX_ERROR_LENGTH = 500;

  /** No answer. */
  static Reply none(String error) {
    var line = error.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    return new Reply(
        0, new byte[0], null, line.substring(0, Math.min(MAX_ERROR_LENGTH, line.length())));
  }

  /** Whether the receiver took the request: 2xx. */
  public boolean succeeded() {
    return status >= 200 && status < 300;
  }

  /** Whether there may have been more of the body than was read. */
  boolean isCut() {
    return body.length >= BoundedExchange.MAX_REPLY_BYTES;
  }

  boolean mentions(String word) {
    return new String(body, StandardCharsets.UTF_8).contains(word);
  }

  /** The same without what is secret in the error, which may quote what was received. */
  Reply masked(UnaryOperator<String> mask) {
    return error == null ? this : new Reply(status, body, retryAfter, mask.apply(error));
  }

  /**
   * The beginning of the body as text that Postgres can store; empty if there is none.
   *
   * @param mask takes out what is secret
   */
  String excerpt(UnaryOperator<String> mask) {
    var text =
        mask.apply(new String(body, StandardCharsets.UTF_8))
            .replaceAll("[\\p{Cntrl}&&[^\\r\\n\\t]]", "\uFFFD");
    return text.length() > EXCERPT_BYTES ? text.substring(0, EXCERPT_BYTES) : text;
  }

  /** What went wrong, in a few words; the body is not among them. */
  public String reason() {
    if (error != null) {
      return error;
    }
    boolean redirect = status >= 300 && status < 400;
    return redirect ? "status " + status + ", redirects are not followed" : "status " + status;
  }
}
