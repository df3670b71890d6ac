package dev.wadi.pipeline;

import java.util.List;
import java.util.Locale;

/** How a filter compares a column with its value. */
public enum FilterOperator {
  EQUAL("=", "=="),
  NOT_EQUAL("!=", "<>"),
  GREATER(">"),
  LESS("<"),
  GREATER_OR_EQUAL(">="),
  LESS_OR_EQUAL("<="),
  IN("in"),
  NOT_IN("not in", "not_in"),
  IS_NULL("is null", "is_null"),
  IS_NOT_NULL("is not null", "is_not_null", "not null", "not_null");

  private final List<String> spellings;

  FilterOperator(String... spellings) {
    this.spellings = List.of(spellings);
  }

  /**
   * Reads an operator in any spelling and case.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static FilterOperator parse(String text) {
    var wanted = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    for (var operator : values()) {
      if (operator.spellings.contains(wanted)) {
        return operator;
      }
    }
    throw new IllegalArgumentException(
        "operator must be one of =, !=, >, <, >=, <=, in, not in, is null, is not null (got '"
            + text
            + "')");
  }

  /** The spelling that files and API use. */
  @Override
  public String toString() {
    return spellings.get(0);
  }

  boolean isNullTest() {
    return this == IS_NULL || this == IS_NOT_NULL;
  }

  boolean isOrder() {
    return this == GREATER || this == LESS || this == GREATER_OR_EQUAL || this == LESS_OR_EQUAL;
  }

  boolean takesList() {
    return this == IN || this == NOT_IN;
  }
}
