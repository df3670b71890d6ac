package dev.wadi.eventtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdvanceBackfillTest {

  private static final TableName REGIONS = TableName.parse("regions");

  private final EmbeddedDatabase database = EmbeddedDatabase.create();

  @BeforeEach
  void begin() throws Exception {
    new WadiSchema(database.dataSource()).migrate();
    database.execute(
        """
        insert into wadi.backfills (slot, pipeline, source_table_schema, source_table_name)
        values ('wadi', 'regions', 'public', 'regions');
        insert into wadi.positions (slot, source_database_id, lsn)
        values ('other', '%1$s', 'F/0'), ('wadi', '%1$s', '0/20');
        """
            .formatted(CamelJdbc.SOURCE));
  }

  @Test
  void rows_are_stored_up_to_the_position_that_their_batch_ends_with() throws Exception {
    assertThatCode(() -> advance("0/20")).doesNotThrowAnyException();

    assertThat(database.rows("select last_key, rows from wadi.backfills")).containsExactly("{7}|7");
  }

  @Test
  void rows_are_left_out_if_the_slot_was_read_beyond_their_mark() {
    assertThatIllegalStateException()
        .isThrownBy(() -> advance("0/1F"))
        .withMessageContaining("these rows are left out");

    assertThat(database.rows("select last_key, rows from wadi.backfills")).containsExactly("|0");
  }

  @Test
  void position_is_looked_at_when_the_events_are_stored() {
    var advance = new AdvanceStatement(REGIONS, "", Map.of());
    var position = new SingleStatement("position", "", Map.of());

    assertThat(Stream.of(advance, position).sorted(EventLogTransaction.ORDER))
        .containsExactly(position, advance);
  }

  private void advance(String reached) throws Exception {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("id", database.number("select id from wadi.backfills"));
    parameters.put("oid", 1L);
    parameters.put("after", null);
    parameters.put("last_key", new String[] {"7"});
    parameters.put("key_columns", new String[] {"id"});
    parameters.put("rows", 7L);
    parameters.put("last", false);
    parameters.put("reached", reached);
    var statement =
        new AdvanceStatement(REGIONS, Sql.load("eventtable/advance_backfill"), parameters);
    try (var connection = database.connect();
        var advance = Sql.prepare(connection, statement.getSql(), parameters);
        var row = advance.executeQuery()) {
      statement.answered(row.next() ? List.of(Map.of()) : List.of());
    }
  }
}
