package dev.wadi.eventtable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.Row;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.WadiSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuarantineTest {

  @Test
  void change_is_kept_as_text_with_the_reason_and_only_once() throws Exception {
    var database = EmbeddedDatabase.create();
    new WadiSchema(database.dataSource()).migrate();
    var bad =
        new Change(
            TestChange.REGIONS,
            Action.UPDATE,
            "1",
            new Row("{\"a\": \"\\u0000\"}"),
            new Row("{broken"),
            List.of(),
            -1,
            -1,
            3,
            742,
            null);
    var quarantine = new Quarantine();
    try (var camel = new CamelJdbc(database.dataSource())) {
      var changes = List.of(bad, TestChange.insert(1));
      camel.run(
          quarantine.sql(), quarantine.parameters("wadi", "regions", changes, "cannot be jsonb"));
      camel.run(quarantine.sql(), quarantine.parameters("wadi", "regions", changes, "again"));
    }

    assertThat(
            database.rows(
                "select slot, pipeline, source_table_oid, source_table_schema, source_table_name, action,"
                    + " record_pk, record, changes, committed_at at time zone 'UTC', source_lsn,"
                    + " source_lsn_ordinal, transaction_id, error from wadi.quarantined_changes"
                    + " order by id"))
        .containsExactly(
            "wadi|regions|16384|public|regions|update|1|{\"a\": \"\\u0000\"}|{broken"
                + "|1969-12-31 23:59:59.999999|FFFFFFFF/FFFFFFFF|3|742|cannot be jsonb",
            "wadi|regions|16384|public|regions|insert|pk1001|{\"id\": 1001, \"name\": \"us-east\"}|"
                + "|2025-10-09 08:53:20.123457|0/3E9|0|742|cannot be jsonb");
  }
}
