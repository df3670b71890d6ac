package dev.wadi.pipeline;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A pipeline cannot be as it was asked for. */
public final class PipelineRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What kind of refusal it is. */
  public enum Reason {
    /** The definition breaks a rule. */
    INVALID,
    /** There is no pipeline of that name. */
    MISSING,
    /** There is one already, or its state does not allow it. */
    CONFLICT,
    /** The file has changed since it was read. */
    OUTDATED,
    /** It cannot be done now, but may be soon. */
    BUSY
  }

  private final Reason reason;
  private final transient Map<String, List<String>> problems;

  PipelineRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
    this.problems = Map.of();
  }

  PipelineRefusedException(String name, Map<String, List<String>> problems) {
    super("pipeline '" + name + "': " + text(problems));
    this.reason = Reason.INVALID;
    this.problems = Map.copyOf(problems);
  }

  public Reason reason() {
    return reason;
  }

  /** The rules that are broken, by field; empty if none of them belongs to a field. */
  public Map<String, List<String>> problems() {
    return problems;
  }

  private static String text(Map<String, List<String>> problems) {
    return problems.entrySet().stream()
        .map(field -> field.getKey() + ": " + String.join("; ", field.getValue()))
        .collect(Collectors.joining("; "));
  }
}
