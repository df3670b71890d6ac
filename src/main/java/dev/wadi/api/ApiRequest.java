package dev.wadi.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asked, apart from HTTP.
 *
 * @param name the {@code {name}} in the path; empty if the path has none
 * @param query query parameters, each given at most once
 * @param body bytes of the body, empty if there is none
 * @param waited names the wait that a receive has behind it; null if it did not wait
 * @param etag what {@code If-Match} says; null if it is absent
 */
public record ApiRequest(
    String name,
    Map<String, String> query,
    byte[] body,
    @Nullable String etag,
    @Nullable String waited) {

  /** The body as an object. */
  public <T> T read(Class<T> type) {
    return Json.read(body, type);
  }

  /** The body as an object, or what stands for it where there is none. */
  public <T> T readOr(Class<T> type, T otherwise) {
    return body.length == 0 ? otherwise : Json.read(body, type);
  }

  /**
   * @throws Problem 400 if the query holds a parameter that is not among those
   */
  public ApiRequest allow(String... parameters) {
    var known = Set.of(parameters);
    for (var name : query.keySet()) {
      if (!known.contains(name)) {
        throw Problem.badRequest(
            "Unknown parameter `" + name + "`; known are: " + String.join(", ", parameters));
      }
    }
    return this;
  }

  /** A query parameter; null if it is absent or empty. */
  public @Nullable String parameter(String parameter) {
    var value = query.get(parameter);
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * @throws Problem 400 if it is absent
   */
  public String required(String parameter) {
    var value = parameter(parameter);
    if (value == null) {
      throw Problem.badRequest("Parameter `" + parameter + "` is missing");
    }
    return value;
  }

  /**
   * A whole number in a range.
   *
   * @throws Problem 400 if it is none
   */
  public long number(String parameter, long otherwise, long least, long most) {
    var value = parameter(parameter);
    if (value == null) {
      return otherwise;
    }
    boolean isNumber = value.matches("-?[0-9]{1,18}");
    if (!isNumber || Long.parseLong(value) < least || Long.parseLong(value) > most) {
      throw Problem.badRequest(
          "Invalid `"
              + parameter
              + "`. `"
              + parameter
              + "` must be an integer between "
              + least
              + " and "
              + most
              + ".");
    }
    return Long.parseLong(value);
  }

  /**
   * Whether a parameter says {@code true}; not if it is absent.
   *
   * @throws Problem 400 if it says anything else
   */
  public boolean flag(String parameter) {
    var value = parameter(parameter);
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw Problem.badRequest(
          "Invalid `" + parameter + "`. `" + parameter + "` must be true or false.");
    }
    return "true".equals(value);
  }

  static String decoded(@Nullable Object header) {
    Object value =
        header instanceof List<?> list && !list.isEmpty() ? list.get(list.size() - 1) : header;
    if (value == null) {
      return "";
    }
    try {
      return URLDecoder.decode(value.toString().replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("The path is not valid: " + e.getMessage());
    }
  }
}
