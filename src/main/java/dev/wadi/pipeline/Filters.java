package dev.wadi.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wadi.change.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Conditions that a row must all meet, with the semantics of SQL: null meets only {@code is null},
 * and a value that is not there meets nothing.
 */
public final class Filters {

  /** Every row passes. */
  public static final Filters NONE = new Filters(List.of());

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final List<Condition> conditions;
  private final Set<String> columns;

  private Filters(List<Condition> conditions) {
    this.conditions = conditions;
    this.columns =
        conditions.stream()
            .map(condition -> condition.filter().column())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Filters on columns whose types are not known: values are compared as their JSON is. */
  public static Filters of(List<Filter> filters) {
    return new Filters(
        filters.stream().map(filter -> Condition.of(filter, ColumnKind.ANY)).toList());
  }

  /**
   * Filters on the columns of one table.
   *
   * @param subject the table, for messages
   * @param kinds every column of it
   * @throws IllegalArgumentException if a filter names a column that is not there, or does not suit
   *     its type
   */
  public static Filters of(List<Filter> filters, String subject, Map<String, ColumnKind> kinds) {
    var conditions = new ArrayList<Condition>();
    for (var filter : filters) {
      var kind = kinds.get(filter.column());
      if (kind == null) {
        throw new IllegalArgumentException(
            "filter on '"
                + filter.column()
                + "': table '"
                + subject
                + "' has no such column (has "
                + String.join(", ", kinds.keySet())
                + ")");
      }
      conditions.add(Condition.of(filter, kind));
    }
    return new Filters(List.copyOf(conditions));
  }

  /**
   * Reads filters from a JSON list; blank text is no filters.
   *
   * @throws IllegalArgumentException if the text is not one; the message says why
   */
  public static List<Filter> parse(String json) {
    if (json.isBlank()) {
      return List.of();
    }
    try {
      return read(JSON.readValue(json, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "filters: must be a JSON list: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads filters from a list of JSON objects.
   *
   * @throws IllegalArgumentException if it is not one; the message says why
   */
  public static List<Filter> read(Object list) {
    if (!(list instanceof List<?> items)) {
      throw new IllegalArgumentException("filters: must be a list of filters");
    }
    var filters = new ArrayList<Filter>();
    for (var item : items) {
      if (!(item instanceof Map<?, ?> fields)) {
        throw new IllegalArgumentException(
            "filters: each must be an object with column, operator and value");
      }
      filters.add(Filter.read(fields));
    }
    return List.copyOf(filters);
  }

  /** Filters as the JSON list that {@link #parse} reads. */
  public static String json(List<Filter> filters) {
    try {
      // The parameters of a Camel endpoint end at an &; in JSON it is only in texts.
      return JSON.writeValueAsString(filters.stream().map(Filter::fields).toList())
          .replace("&", "\\u0026");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("filters cannot be written; this indicates a bug", e);
    }
  }

  /** The columns that are looked at. */
  public Set<String> columns() {
    return columns;
  }

  /** What the filters say of a row; never throws for a row that is JSON. */
  public Verdict test(Row row) {
    if (conditions.isEmpty()) {
      return Verdict.MATCH;
    }
    var values = row.only(columns);
    var verdict = Verdict.MATCH;
    for (var condition : conditions) {
      switch (condition.test(values)) {
        case NO_MATCH -> {
          return Verdict.NO_MATCH;
        }
        case UNKNOWN -> verdict = Verdict.UNKNOWN;
        case MATCH -> {}
      }
    }
    return verdict;
  }

  /** Whether a row passes. */
  public boolean matches(Row row) {
    return test(row) == Verdict.MATCH;
  }
}
