package dev.wadi.eventtable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.WadiSchema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptChangeReaderTest {

  @ParameterizedTest
  @ValueSource(strings = {"record", "changes", "transaction_annotations"})
  void a_portion_ends_before_it_is_too_large_whatever_is_large(String column) throws Exception {
    var database = EmbeddedDatabase.create();
    new WadiSchema(database.dataSource()).migrate();
    database.execute(
        """
        insert into wadi.kept_changes (
          slot, pipeline, source_table_oid, source_table_schema, source_table_name, action, record_pk, record, committed_at,
          source_lsn, source_lsn_ordinal, transaction_id
        )
        select 'wadi', 'regions', 1, 'public', 'regions', 'update', n, '{}', now(), '0/1', n, 1
        from generate_series(1, 4) as n;
        update wadi.kept_changes set %s = '{"a": "' || repeat('x', 12000000) || '"}';
        """
            .formatted(column));

    var portion = new KeptChangeReader(database.dataSource()).read("wadi", "regions", 2_000);

    assertThat(portion).extracting(kept -> kept.change().recordPk()).containsExactly("1", "2", "3");
  }
}
