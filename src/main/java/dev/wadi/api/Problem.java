package dev.wadi.api;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A request that is refused, with the status and the words of the answer. */
public final class Problem extends RuntimeException {

  private final int status;
  private final transient Map<String, List<String>> validationErrors;

  /**
   * @param status HTTP status, 400 to 599
   * @param summary one sentence for a person
   */
  public Problem(int status, String summary) {
    this(status, summary, Map.of());
  }

  private Problem(int status, String summary, Map<String, List<String>> validationErrors) {
    super(summary);
    this.status = status;
    this.validationErrors = validationErrors;
  }

  /** 400: the request cannot be read. */
  public static Problem badRequest(String summary) {
    return new Problem(400, summary);
  }

  /** 404: there is no such thing. */
  public static Problem notFound(String kind, String name) {
    return new Problem(404, "Not found: No `" + kind + "` found matching the name '" + name + "'");
  }

  /** 422: the request can be read and breaks rules, told per field. */
  public static Problem invalid(Map<String, List<String>> validationErrors) {
    return new Problem(422, "Validation failed", new TreeMap<>(validationErrors));
  }

  /** 422 for one field. */
  public static Problem invalid(String field, String message) {
    return invalid(Map.of(field, List.of(message)));
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** What is wrong, by field; empty unless the status is 422. */
  public Map<String, List<String>> validationErrors() {
    return validationErrors;
  }
}
