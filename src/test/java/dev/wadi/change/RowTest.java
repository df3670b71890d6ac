package dev.wadi.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowTest {

  private final Row row =
      new Row("{\"id\": 1, \"profile\": {\"email\": \"a@b\"}, \"tags\": [\"x\"]}");

  @Test
  void what_is_changed_in_an_object_or_array_is_changed_in_the_row() {
    ((Map<?, ?>) row.get("profile")).remove("email");
    assertThat(row.json()).isEqualTo("{\"id\":1,\"profile\":{},\"tags\":[\"x\"]}");

    row.forEach(
        (name, value) -> {
          if (value instanceof List<?> list) {
            list.clear();
          }
        });
    assertThat(row.copy().json()).isEqualTo("{\"id\":1,\"profile\":{},\"tags\":[]}");
  }

  @Test
  void text_stays_as_it_came_where_only_plain_values_are_read() {
    assertThat(row.get("id")).isEqualTo(1);
    assertThat(row.json()).startsWith("{\"id\": 1, ");
  }

  @Test
  void of_columns_with_one_name_the_first_is_taken() {
    var twice = new Row("{\"action\": \"insert\", \"id\": 1, \"action\": \"login\"}");
    assertThat(twice.only(Set.of("action"))).containsEntry("action", "insert");
    assertThat(twice.only(Set.of("action", "absent"))).containsEntry("action", "insert");
  }
}
