package dev.wadi.stream;

import java.util.List;
import java.util.Map;

/** A definition that was refused, with what is wrong with each field. */
public final class ValidationException extends RuntimeException {

  private final transient Map<String, List<String>> errors;

  /**
   * @param errors per field one message or more; the messages begin with a verb
   */
  public ValidationException(Map<String, List<String>> errors) {
    super("Validation failed: " + errors);
    this.errors = Map.copyOf(errors);
  }

  /** One field with one message. */
  public static ValidationException of(String field, String message) {
    return new ValidationException(Map.of(field, List.of(message)));
  }

  /** Messages per field. */
  public Map<String, List<String>> errors() {
    return errors;
  }
}
