package dev.wadi.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is answered.
 *
 * @param status HTTP status
 * @param body written as JSON; text is sent as it is
 * @param headers response headers
 */
public record Answer(int status, @Nullable Object body, Map<String, String> headers) {

  /** 200. */
  public static Answer ok(@Nullable Object body) {
    return new Answer(200, body, Map.of());
  }

  /** 201. */
  public static Answer created(Object body) {
    return new Answer(201, body, Map.of());
  }

  /** 204. */
  public static Answer nothing() {
    return new Answer(204, null, Map.of());
  }

  /** The same with an {@code ETag}. */
  public Answer tagged(String etag) {
    return new Answer(status, body, Map.of("ETag", '"' + etag + '"'));
  }

  String contentType() {
    return "application/json";
  }

  @Nullable String text() {
    return status == 204 ? null : Json.write(body);
  }
}
