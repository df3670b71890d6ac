package dev.wadi.pipeline;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A filter made ready for columns of one kind. */
record Condition(Filter filter, ColumnKind kind, String[] path, List<Operand> operands) {

  /**
   * @throws IllegalArgumentException if the filter does not suit a column of that kind
   */
  static Condition of(Filter filter, ColumnKind kind) {
    try {
      var fieldPath = filter.fieldPath();
      if (fieldPath != null && !kind.hasFields()) {
        throw new IllegalArgumentException(
            "'field_path' is only for json and jsonb columns; leave it out");
      }
      requireComparable(filter, kind);
      var path = fieldPath == null ? new String[0] : fieldPath.split("\\.");
      return new Condition(filter, kind, path, operands(filter, kind));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "filter on '" + filter.column() + "': " + e.getMessage(), e);
    }
  }

  private static void requireComparable(Filter filter, ColumnKind kind) {
    boolean noOrder = kind == ColumnKind.UNORDERED_TEXT && filter.operator().isOrder();
    if (noOrder) {
      throw new IllegalArgumentException(
          "'"
              + filter.operator()
              + "' cannot be told for its type; use =, !=, in or not in, or compare in a step");
    }
    boolean isWhole = kind == ColumnKind.ARRAY || kind == ColumnKind.COMPOSITE;
    if (isWhole && filter.fieldPath() == null && !filter.operator().isNullTest()) {
      throw new IllegalArgumentException(
          "arrays and composite values are not compared; use is null or is not null"
              + (kind == ColumnKind.COMPOSITE ? ", or field_path" : "")
              + ", or compare in a step");
    }
  }

  Verdict test(Map<String, @Nullable Object> columns) {
    if (!columns.containsKey(filter.column())) {
      return Verdict.UNKNOWN;
    }
    var value = field(columns.get(filter.column()));
    return switch (filter.operator()) {
      case IS_NULL -> verdict(value == null);
      case IS_NOT_NULL -> verdict(value != null);
      case IN -> operands.isEmpty() ? Verdict.NO_MATCH : in(value);
      case NOT_IN -> operands.isEmpty() ? Verdict.MATCH : not(in(value));
      case EQUAL -> in(value);
      case NOT_EQUAL -> not(in(value));
      case GREATER, LESS, GREATER_OR_EQUAL, LESS_OR_EQUAL -> order(value);
    };
  }

  private @Nullable Object field(@Nullable Object column) {
    var value = column;
    for (var name : path) {
      value = value instanceof Map<?, ?> object ? object.get(name) : null;
    }
    return value;
  }

  private Verdict in(@Nullable Object value) {
    if (value == null) {
      return Verdict.UNKNOWN;
    }
    boolean comparable = kind.hasFields();
    for (var operand : operands) {
      var sign = operand.compare(value);
      comparable |= sign != null;
      if (sign != null && sign == 0) {
        return Verdict.MATCH;
      }
    }
    return comparable ? Verdict.NO_MATCH : Verdict.UNKNOWN;
  }

  private Verdict order(@Nullable Object value) {
    var sign = value == null ? null : operands.get(0).compare(value);
    if (sign == null) {
      return Verdict.UNKNOWN;
    }
    return switch (filter.operator()) {
      case GREATER -> verdict(sign > 0);
      case LESS -> verdict(sign < 0);
      case GREATER_OR_EQUAL -> verdict(sign >= 0);
      case LESS_OR_EQUAL -> verdict(sign <= 0);
      case EQUAL, NOT_EQUAL, IN, NOT_IN, IS_NULL, IS_NOT_NULL -> Verdict.UNKNOWN;
    };
  }

  private static Verdict verdict(boolean holds) {
    return holds ? Verdict.MATCH : Verdict.NO_MATCH;
  }

  private static Verdict not(Verdict verdict) {
    return switch (verdict) {
      case MATCH -> Verdict.NO_MATCH;
      case NO_MATCH -> Verdict.MATCH;
      case UNKNOWN -> Verdict.UNKNOWN;
    };
  }

  private static List<Operand> operands(Filter filter, ColumnKind kind) {
    var value = filter.value();
    var compared = filter.fieldPath() == null ? kind : ColumnKind.ANY;
    if (value instanceof List<?> items) {
      return items.stream().map(item -> Operand.of(item, compared)).toList();
    }
    return value == null ? List.of() : List.of(Operand.of(value, compared));
  }
}
