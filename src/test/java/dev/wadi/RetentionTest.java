package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.GroupDefinition;
import dev.wadi.consumer.Message;
import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.eventtable.EventTables;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import dev.wadi.stream.Stream;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private final EmbeddedDatabase database = EmbeddedDatabase.create();
  private Wiring wiring;
  private Main main;

  @BeforeEach
  void start() throws Exception {
    var environment = WadiEnvironment.of(database, RouteFiles.copiedTo(folder));
    environment.put("WADI_RETENTION_INTERVAL_MS", "100");
    var settings = Settings.load(folder, environment);
    new WadiSchema(database.dataSource()).migrate();
    wiring = new Wiring(settings, file -> false);
    main = new WadiServer(settings, file -> false).main(wiring);
  }

  @AfterEach
  void stop() throws Exception {
    main.stop();
    wiring.close();
  }

  @Test
  void oldest_events_go_and_everything_from_the_first_that_must_stay_is_kept() throws Exception {
    eventTable("public.kept", 1);
    events("public.kept", 1, 5_000, "3 days");
    events("public.kept", 5_001, 5_001, "1 hour");
    events("public.kept", 5_002, 5_010, "3 days");

    startWadi();

    await().atMost(LIMIT).until(() -> database.number("select min(id) from public.kept") == 5_001);
    assertThat(database.number("select count(*) from public.kept")).isEqualTo(10);
  }

  @Test
  void events_without_retention_stay_for_ever() throws Exception {
    eventTable("public.short", 1);
    new EventTables(database.dataSource())
        .create(new EventTableDdl(TableName.parse("public.long"), null));
    events("public.long", 1, 10, "3000 days");
    events("public.short", 1, 10, "3 days");

    startWadi();

    await().atMost(LIMIT).until(() -> database.number("select count(*) from public.short") == 0);
    assertThat(database.number("select count(*) from public.long")).isEqualTo(10);
  }

  @Test
  void what_a_consumer_group_has_not_settled_stays() throws Exception {
    eventTable("public.awaited", 1);
    events("public.awaited", 1, 200, "3 days");
    wiring.streams().create(new Stream("awaited", TableName.parse("public.awaited")));
    wiring.consumerGroups().create(GroupDefinition.of("slow", "awaited"));
    startWadi();
    var consumers = wiring.consumers();
    consumers.start();

    await().atMost(LIMIT).ignoreExceptions().until(() -> settled(consumers, 40));

    await()
        .atMost(LIMIT)
        .until(() -> database.number("select coalesce(min(id), 0) from public.awaited") == 41);
  }

  private void startWadi() throws Exception {
    main.start();
    wiring.pipelineFiles().start(main.getCamelContext());
  }

  /** Acks the first messages and leaves the others alone; true once they are acked. */
  private static boolean settled(Consumers consumers, int count) throws Exception {
    if (consumers.status("slow").cursor() >= count) {
      return true;
    }
    var messages = consumers.receive("slow", count, 1_000).get();
    var first = messages.stream().filter(message -> message.event().seq() <= count);
    consumers.ack("slow", first.map(Message::ackId).toList()).get();
    return consumers.status("slow").cursor() >= count;
  }

  private void eventTable(String name, int retentionDays) throws Exception {
    new EventTables(database.dataSource())
        .create(new EventTableDdl(TableName.parse(name), retentionDays));
  }

  private void events(String table, int first, int last, String age) {
    database.execute(
        """
        insert into %s (id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk,
          record, action, committed_at, source_lsn, source_lsn_ordinal, transaction_id)
        select n, '00000000-0000-0000-0000-000000000001', 1, 'public', 't', n::text, '{}', 'insert',
          now() - interval '%s', '0/0', n, 1
        from generate_series(%d, %d) as n
        """
            .formatted(table, age, first, last));
  }
}
