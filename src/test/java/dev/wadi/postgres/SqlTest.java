package dev.wadi.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.kit.EmbeddedDatabase;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SqlTest {

  @Test
  void comments_are_stripped() {
    assertThat(Sql.load("eventtable/append")).startsWith("with\n").doesNotContain("--");
  }

  @Test
  void statement_that_does_not_exist_is_a_bug() {
    assertThatThrownBy(() -> Sql.load("no/such")).hasMessageContaining("/sql/no/such.sql");
  }

  @Test
  void parameters_are_bound_by_name() throws Exception {
    var parameters = new HashMap<String, @Nullable Object>(Map.of("a", 1, "b", "x"));
    parameters.put("c", null);
    try (var connection = EmbeddedDatabase.create().dataSource().getConnection();
        var statement =
            Sql.prepare(
                connection, "select :?b::text || :?a::int || :?b::text, :?c::text", parameters);
        var row = statement.executeQuery()) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("x1x");
      assertThat(row.getString(2)).isNull();
    }
  }

  @Test
  void parameter_without_a_value_is_named() throws Exception {
    try (var connection = EmbeddedDatabase.create().dataSource().getConnection()) {
      assertThatThrownBy(() -> Sql.prepare(connection, "select :?a::text", Map.of()))
          .hasMessage("SQL parameter 'a': must have a value");
    }
  }
}
