package dev.wadi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.stream.EventKey;
import dev.wadi.stream.StreamEvent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFiltersTest {

  private static final UUID DATABASE = UUID.fromString("0196fb4e-0000-7000-8000-000000000001");

  @Test
  void a_name_that_event_and_record_both_have_means_the_events() {
    assertThat(passes("insert", "{\"id\": 1, \"action\": \"login\"}")).isTrue();
    assertThat(passes("login", "{\"id\": 1, \"action\": \"login\"}")).isFalse();
    assertThat(passes("insert", "{}")).isTrue();
  }

  @Test
  void the_meaning_of_a_filter_does_not_depend_on_the_others() {
    var both =
        """
        [{"column": "action", "operator": "=", "value": "insert"},
         {"column": "source_table_name", "operator": "=", "value": "orders"},
         {"column": "id", "operator": "=", "value": 1}]
        """;
    assertThat(new RecordFilters().read(both).test(event("{\"id\": 1, \"action\": \"login\"}")))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "column": "changes", "field_path": "status", "operator": "is not null"              | true
          "column": "changes", "field_path": "total", "operator": "is not null"               | false
          "column": "record", "field_path": "action", "operator": "=", "value": "login"       | true
          "column": "absent", "operator": "is null"                                           | false
          "column": "absent", "operator": "!=", "value": "x"                                  | false
          "column": "record", "field_path": "absent", "operator": "is null"                   | true
          "column": "total", "operator": ">", "value": 9                                      | true
          "column": "total", "operator": "=", "value": "a"                                    | false
          "column": "total", "operator": "!=", "value": "a"                                   | true
          "column": "total", "operator": "<", "value": "a"                                    | false
          "column": "status", "operator": "<", "value": "zz"                                  | true
          "column": "paid_at", "operator": "=", "value": "2026-01-31T13:00:00+01:00"          | true
          "column": "committed_at", "operator": "<", "value": "1970-01-01T00:00:01Z"          | true
          """)
  void filters_mean_what_the_documentation_says(String filter, boolean passes) {
    var event =
        event(
            "{\"action\": \"login\", \"status\": \"paid\", \"total\": 10, \"paid_at\": \"2026-01-31T12:00:00\"}",
            "{\"status\": \"open\"}");
    assertThat(new RecordFilters().read("[{" + filter + "}]").test(event)).isEqualTo(passes);
  }

  @Test
  void an_event_without_old_values_has_no_column_that_changed() {
    var changed =
        "[{\"column\": \"changes\", \"field_path\": \"id\", \"operator\": \"is not null\"}]";
    assertThat(new RecordFilters().read(changed).test(event("{\"id\": 1}"))).isFalse();
  }

  private static boolean passes(String action, String record) {
    var filter =
        "[{\"column\": \"action\", \"operator\": \"=\", \"value\": \"%s\"}]".formatted(action);
    return new RecordFilters().read(filter).test(event(record));
  }

  private static StreamEvent event(String record) {
    return event(record, null);
  }

  private static StreamEvent event(String record, @Nullable String changes) {
    var key = new EventKey(DATABASE, 1, "1");
    return new StreamEvent(
        1, DATABASE, 1, "public", "orders", "1", record, changes, "insert", 0, "0/1", 0, null, key);
  }
}
