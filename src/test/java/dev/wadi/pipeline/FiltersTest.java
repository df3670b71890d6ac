package dev.wadi.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.change.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiltersTest {

  private static final String OPEN =
      "[{\"column\": \"status\", \"operator\": \"=\", \"value\": \"open\"}]";

  private static final Map<String, ColumnKind> KINDS =
      Map.of(
          "n", ColumnKind.NUMBER,
          "b", ColumnKind.BOOLEAN,
          "t", ColumnKind.TIME,
          "s", ColumnKind.TEXT,
          "c", ColumnKind.CASELESS_TEXT,
          "p", ColumnKind.PADDED_TEXT,
          "j", ColumnKind.JSON);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          interval | >  | '>' cannot be told for its type; use =
          money    | <= | '<=' cannot be told for its type; use =
          time     | <  | '<' cannot be told for its type; use =
          tone     | <  | '<' cannot be told for its type; use =
          _text    | =  | arrays and composite values are not compared; use is null
          """)
  void comparison_that_a_type_has_no_answer_to_is_refused(
      String type, String operator, String message) {
    var kinds = Map.of("x", ColumnKind.ofType(type, false, type.startsWith("_")));
    var filter = new Filter("x", FilterOperator.parse(operator), "1 day", null);

    assertThatThrownBy(() -> Filters.of(List.of(filter), "public.t", kinds))
        .hasMessageStartingWith("filter on 'x': " + message);
    var isNull = new Filter("x", FilterOperator.IS_NULL, null, null);
    assertThat(Filters.of(List.of(isNull), "public.t", kinds)).isNotNull();
  }

  @ParameterizedTest(name = "{0} {1} {2} of {3}: {4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          n | =  | 10         | 10.00                    | MATCH
          n | =  | "10.0"     | 10                       | MATCH
          n | != | 10         | 10.00                    | NO_MATCH
          n | != | 10         | 11                       | MATCH
          n | >  | 9          | 10                       | MATCH
          n | >  | 10         | 10                       | NO_MATCH
          n | >= | 10         | 10                       | MATCH
          n | <  | 9007199254740993 | 9007199254740992   | MATCH
          n | <= | 0.1        | 0.10000000000000000001   | NO_MATCH
          n | >  | 1          | "NaN"                    | MATCH
          n | <  | 1          | "-Infinity"              | MATCH
          n | >  | 1          | null                     | UNKNOWN
          n | =  | 1          | null                     | UNKNOWN
          n | != | 1          | null                     | UNKNOWN
          n | in | [1, 2]     | 2.0                      | MATCH
          n | IN | "1, 2"     | 2                        | MATCH
          n | in | "{1,,2}"   | 3                        | NO_MATCH
          n | in | []         | 3                        | NO_MATCH
          n | not in | []     | null                     | MATCH
          n | not in | [1, 2] | 3                        | MATCH
          n | Not  In | [1, 2] | 1                       | NO_MATCH
          n | not in | [1, 2] | null                     | UNKNOWN
          n | in | "1,,2"     | null                     | UNKNOWN
          b | =  | true       | true                     | MATCH
          b | =  | "false"    | true                     | NO_MATCH
          b | != | true       | null                     | UNKNOWN
          t | =  | "2024-05-01T12:00:00+02:00" | "2024-05-01T10:00:00+00:00" | MATCH
          t | =  | "2024-05-01T10:00:00Z" | "2024-05-01T10:00:00"      | MATCH
          t | >= | "2024-05-01" | "2024-05-01T00:00:00" | MATCH
          t | =  | "2024-05-01T00:00:00Z" | "2024-05-01" | MATCH
          t | <  | "2024-05-01 10:00:00.5Z" | "2024-05-01T10:00:00.499999+00:00" | MATCH
          t | >  | "2024-05-01" | "infinity"             | MATCH
          t | <  | "0001-01-01" | "0044-03-15 BC"        | MATCH
          t | >  | "2024-05-01" | null                   | UNKNOWN
          s | =  | "a b"      | "a b"                    | MATCH
          s | =  | "A"        | "a"                      | NO_MATCH
          s | =  | "a"        | "a "                     | NO_MATCH
          s | in | ["a","b"]  | "b"                      | MATCH
          s | >  | "a"        | "b"                      | MATCH
          s | =  | 5          | "5"                      | MATCH
          c | =  | "ABC"      | "abc"                    | MATCH
          p | =  | "a"        | "a    "                  | MATCH
          j | is null |       | null                     | MATCH
          j | is not null |   | {"a": 1}                 | MATCH
          s | IS NULL |       | "x"                      | NO_MATCH
          """)
  void operator_follows_sql(
      String column, String operator, String value, String met, Verdict expected) {
    var given = value == null ? "" : ", \"value\": " + value;
    assertThat(
            test(
                "{\"column\": \"%s\", \"operator\": \"%s\"%s}".formatted(column, operator, given),
                "{\"other\": {\"n\": [1]}, \"%s\": %s}".formatted(column, met)))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a       | =       | 1          | MATCH
          a       | =       | "1"        | MATCH
          a       | !=      | "x"        | MATCH
          o.name  | =       | "Ana"      | MATCH
          o.name  | =       | "ana"      | NO_MATCH
          o.since | >       | "2024-01-01T00:00:00Z" | MATCH
          o.flag  | =       | true       | MATCH
          o.none  | is null |            | MATCH
          o.null  | is null |            | MATCH
          o.null  | =       | 1          | UNKNOWN
          l.0     | is null |            | MATCH
          a.b     | is null |            | MATCH
          a       | >       | "x"        | UNKNOWN
          """)
  void json_field_is_found_through_objects_and_compared_as_it_is(
      String path, String operator, String value, Verdict expected) {
    var row =
        """
        {"j": {"a": 1, "l": [7], "o": {"name": "Ana", "since": "2024-05-01T10:00:00+02:00", "flag": true, "null": null}}}
        """;
    var given = value == null ? "" : ", \"value\": " + value;
    var filter =
        "{\"column\": \"j\", \"operator\": \"%s\", \"field_path\": \"%s\"%s}"
            .formatted(operator, path, given);
    assertThat(test(filter, row)).isEqualTo(expected);
  }

  @Test
  void column_that_is_not_there_matches_nothing_not_even_is_null() {
    assertThat(test("{\"column\": \"s\", \"operator\": \"is null\"}", "{\"n\": 1}"))
        .isEqualTo(Verdict.UNKNOWN);
    assertThat(test("{\"column\": \"s\", \"operator\": \"!=\", \"value\": 1}", "{}"))
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void all_must_match() {
    var both =
        """
        {"column": "n", "operator": ">", "value": 1}, {"column": "s", "operator": "=", "value": "x"}
        """;
    assertThat(test(both, "{\"n\": 2, \"s\": \"x\"}")).isEqualTo(Verdict.MATCH);
    assertThat(test(both, "{\"n\": 2, \"s\": \"y\"}")).isEqualTo(Verdict.NO_MATCH);
    assertThat(test(both, "{\"n\": 1, \"s\": null}")).isEqualTo(Verdict.NO_MATCH);
    assertThat(Filters.NONE.test(new Row("not even JSON"))).isEqualTo(Verdict.MATCH);
  }

  @Test
  void value_of_another_form_than_the_column_matches_nothing_and_does_not_raise() {
    for (var value : new String[] {"[1]", "{\"a\": 1}", "\"x\"", "true", "1e999999"}) {
      for (var column : KINDS.keySet()) {
        var operand = column.equals("b") ? "true" : column.equals("t") ? "\"2024-01-01\"" : "5";
        var filter =
            "{\"column\": \"%s\", \"operator\": \">\", \"value\": %s}".formatted(column, operand);
        assertThat(test(filter, "{\"%s\": %s}".formatted(column, value))).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {                                                              | must be a JSON list
          {"column": "n"}                                                | must be a list of filters
          [5]                                                            | each must be an object
          [{"column": "n", "operator": "is null"}], [5]                  | must be a JSON list
          [{"column": "n", "operator": "=", "value": 1, "value": 2}]     | must be a JSON list
          [{"operator": "="}]                                            | 'column' can't be blank
          [{"column": "n"}]                                              | 'operator' can't be blank
          [{"column": "n", "operator": "="}]                             | 'value' can't be blank
          [{"column": "n", "operator": "is null", "value": 1}]           | takes no value
          [{"column": "n", "operator": "like", "value": 1}]              | operator must be one of
          [{"column": "n", "operator": "=", "value": "a"}]               | must be a number (got 'a')
          [{"column": "b", "operator": "=", "value": "yes"}]             | must be either `true` or `false`
          [{"column": "t", "operator": ">", "value": "soon"}]            | must be a valid UTC datetime in ISO 8601 format (e.g., 2023-04-13T14:30:00Z)
          [{"column": "s", "operator": "=", "value": "a", "field_path": "x"}] | 'field_path' is only for json
          [{"column": "n", "operator": "=", "value": [1]}]               | must be text, a number, true or false
          [{"column": "n", "operator": "in", "value": [null]}]           | items of 'value' must be
          [{"column": "zz", "operator": "=", "value": 1}]                | table 'public.t' has no such column
          [{"column": "n", "operator": "=", "value": 1, "valeu": 2}]     | unknown field 'valeu'
          """)
  void bad_filter_is_refused(String json, String message) {
    assertThatThrownBy(() -> Filters.of(Filters.parse(json), "public.t", KINDS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void filters_survive_being_written_and_read() {
    var json =
        "[{\"column\":\"j\",\"operator\":\"not"
            + " in\",\"value\":[1,2.50,\"x\"],\"field_path\":\"a.b\"},{\"column\":\"s\",\"operator\":\"is"
            + " null\"}]";
    assertThat(Filters.json(Filters.parse(json))).isEqualTo(json);
  }

  private static Verdict test(String filters, String row) {
    return Filters.of(Filters.parse("[" + filters + "]"), "public.t", KINDS).test(new Row(row));
  }

  @Test
  void row_is_read_however_long_its_numbers_and_deep_its_values() {
    var filters = Filters.of(Filters.parse(OPEN));
    var row =
        new Row(
            "{\"n\": %s, \"j\": %s, \"status\": \"open\"}"
                .formatted("9".repeat(2_000), "[".repeat(2_000) + "]".repeat(2_000)));

    assertThat(filters.matches(row)).isTrue();
    assertThat(row.get("status")).isEqualTo("open");
  }
}
