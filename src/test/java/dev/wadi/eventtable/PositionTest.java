package dev.wadi.eventtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.WadiSchema;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

  private static final String SAVE = Sql.load("eventtable/save_position");
  private static final String READ = Sql.load("eventtable/read_position");

  private static EmbeddedDatabase database;
  private static CamelJdbc camel;

  @BeforeAll
  static void start() throws Exception {
    database = EmbeddedDatabase.create();
    new WadiSchema(database.dataSource()).migrate();
    camel = new CamelJdbc(database.dataSource());
  }

  @AfterAll
  static void stop() {
    camel.close();
  }

  @BeforeEach
  void forget() {
    database.execute("truncate wadi.positions");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void position_is_read_as_it_was_saved(long position) {
    save(CamelJdbc.SOURCE, position);

    assertThat(read())
        .satisfiesExactly(
            row ->
                assertThat(row)
                    .containsEntry("position", position)
                    .containsEntry("source_database_id", CamelJdbc.SOURCE)
                    .containsKeys("slot", "lsn", "created_at", "updated_at"));
  }

  @Test
  void position_moves_forward_only() {
    save(CamelJdbc.SOURCE, 10);
    save(CamelJdbc.SOURCE, -5);
    save(CamelJdbc.SOURCE, 20);

    assertThat(read()).satisfiesExactly(row -> assertThat(row).containsEntry("position", -5L));
  }

  @Test
  void slot_of_the_same_name_in_another_database_is_refused() {
    save(CamelJdbc.SOURCE, 10);

    assertThatThrownBy(() -> save(new UUID(0, 1), 20))
        .rootCause()
        .hasMessageContaining("positions_pkey");
  }

  @Test
  void slot_without_a_position_has_no_row() {
    assertThat(read()).isEmpty();
  }

  private static void save(UUID source, long position) {
    camel.run(SAVE, Map.of("slot", "wadi", "source_database_id", source, "position", position));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> read() {
    return (List<Map<String, Object>>) camel.run(READ, Map.of("slot", "wadi"));
  }
}
