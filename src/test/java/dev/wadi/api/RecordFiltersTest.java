package dev.wadi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.stream.EventKey;
import dev.wadi.stream.StreamEvent;
import java.util.UUID;
import org.junit.jupiter.api.Test;

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

  private static boolean passes(String action, String record) {
    var filter =
        "[{\"column\": \"action\", \"operator\": \"=\", \"value\": \"%s\"}]".formatted(action);
    return new RecordFilters().read(filter).test(event(record));
  }

  private static StreamEvent event(String record) {
    var key = new EventKey(DATABASE, 1, "1");
    return new StreamEvent(
        1, DATABASE, 1, "public", "orders", "1", record, null, "insert", 0, "0/1", 0, null, key);
  }
}
