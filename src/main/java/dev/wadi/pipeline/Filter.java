package dev.wadi.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One condition on a column, as a file or the API gives it.
 *
 * @param value text, number, boolean, or a list of these for {@code in} and {@code not in}; null
 *     for {@code is null} and {@code is not null}
 * @param fieldPath names of nested JSON objects' fields, joined by dots; null for the column itself
 */
public record Filter(
    String column, FilterOperator operator, @Nullable Object value, @Nullable String fieldPath) {

  private static final Set<String> FIELDS = Set.of("column", "operator", "value", "field_path");

  public Filter {
    require(!column.isEmpty(), "filter: 'column' can't be blank");
    boolean needsValue = !operator.isNullTest();
    require(
        needsValue || value == null,
        "filter on '" + column + "': operator '" + operator + "' takes no value; leave it out");
    require(
        !needsValue || value != null,
        "filter on '"
            + column
            + "': 'value' can't be blank; to find empty values use operator 'is null'");
    require(
        fieldPath == null || !fieldPath.isBlank(),
        "filter on '" + column + "': 'field_path' can't be blank; leave it out");
    if (operator.takesList() && value != null) {
      value = List.copyOf(items(column, value));
    }
    require(
        operator.takesList() ? value instanceof List : value == null || isScalar(value),
        "filter on '" + column + "': 'value' must be text, a number, true or false");
  }

  /**
   * Reads a filter from the fields of its JSON object.
   *
   * @throws IllegalArgumentException if it is not one; the message says why
   */
  public static Filter read(Map<?, ?> fields) {
    for (var name : fields.keySet()) {
      require(
          FIELDS.contains(String.valueOf(name)),
          "filter: unknown field '" + name + "'; known are column, operator, value, field_path");
    }
    var column = text(fields, "column");
    require(column != null, "filter: 'column' can't be blank");
    var operator = text(fields, "operator");
    require(operator != null, "filter on '" + column + "': 'operator' can't be blank");
    return new Filter(
        String.valueOf(column),
        parseOperator(String.valueOf(column), String.valueOf(operator)),
        fields.get("value"),
        text(fields, "field_path"));
  }

  /** The filter as the fields of its JSON object, in the order of the documentation. */
  public Map<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("column", column);
    fields.put("operator", operator.toString());
    if (value != null) {
      fields.put("value", value);
    }
    if (fieldPath != null) {
      fields.put("field_path", fieldPath);
    }
    return fields;
  }

  private static FilterOperator parseOperator(String column, String operator) {
    try {
      return FilterOperator.parse(operator);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("filter on '" + column + "': " + e.getMessage(), e);
    }
  }

  /** A list, or text such as {@code a, b}, {@code [a,b]} or <code>{a,b}</code>. */
  private static List<?> items(String column, Object value) {
    if (value instanceof List<?> list) {
      require(
          list.stream().allMatch(Filter::isScalar),
          "filter on '" + column + "': the items of 'value' must be text, numbers, true or false");
      return list;
    }
    var text = value.toString().strip();
    boolean enclosed =
        text.startsWith("[") && text.endsWith("]") || text.startsWith("{") && text.endsWith("}");
    var inner = enclosed ? text.substring(1, text.length() - 1) : text;
    return java.util.Arrays.stream(inner.split(","))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private static boolean isScalar(@Nullable Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  private static @Nullable String text(Map<?, ?> fields, String name) {
    var value = fields.get(name);
    require(value == null || value instanceof String, "filter: '" + name + "' must be text");
    return value == null ? null : value.toString();
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
