package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.Retention;
import dev.wadi.eventtable.EventPartitions;
import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.eventtable.EventTables;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import dev.wadi.stream.Streams;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {

  private static final TableName EVENTS = TableName.parse("events");
  private static final String INSERT =
      "insert into events (id, source_database_id, source_table_oid, source_table_schema,"
          + " source_table_name, record_pk, record, action, committed_at, source_lsn,"
          + " source_lsn_ordinal, transaction_id) select n, gen_random_uuid(), 1, 'public', 't',"
          + " '1', '{}', 'insert', now(), '0/1', 0, 1 from generate_series(1, 5) as n";

  private final EmbeddedDatabase database = EmbeddedDatabase.create();

  @Test
  void hole_in_an_event_table_makes_it_fail_and_retention_does_not() throws Exception {
    new WadiSchema(database.dataSource()).migrate();
    var eventTables = new EventTables(database.dataSource());
    eventTables.create(new EventTableDdl(EVENTS, 30));
    assertThat(verify()).isZero();
    database.execute(INSERT);
    eventTables.register(EVENTS);
    assertThat(verify()).isZero();
    database.execute("delete from events where id <= 2");
    assertThat(verify()).isZero();
    database.execute(
        "update wadi.event_tables set retention_days = null; comment on table events is null");
    assertThat(verify()).as("nothing can have taken them").isEqualTo(1);
    database.execute("comment on table events is 'wadi: event table, retention 30 days'");
    assertThat(verify()).isZero();
    assertThat(retention().due()).hasSize(1);
    database.execute("comment on table events is null");
    assertThat(verify()).as("what it took before is explained").isZero();
    database.execute("delete from events where id = 4");
    assertThat(verify()).isEqualTo(1);
    database.execute("truncate events");
    assertThat(verify()).isZero();
  }

  private Retention retention() {
    var eventLog = database.dataSource();
    var groups = new ConsumerGroups(eventLog, new Streams(eventLog), Wiring.FILTERS);
    return new Retention(eventLog, groups, new EventPartitions(eventLog, Clock.systemUTC()), true);
  }

  private int verify() throws Exception {
    return VerifyCommand.verify(EVENTS, database.dataSource());
  }
}
