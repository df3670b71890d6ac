package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Api;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event tables made by the API lose their old events while new ones come. */
@Tag("slow")
class RetentionTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Database DATABASE = EmbeddedDatabase.create();

  @TempDir private Path folder;

  @Test
  void old_events_go_and_new_ones_stay_in_one_piece_and_by_day() throws Exception {
    DATABASE.execute("create table orders (id int primary key)");
    var routes = RouteFiles.copiedTo(folder);
    var environment = WadiEnvironment.of(DATABASE, routes);
    environment.put("WADI_API_TOKEN", "secret");
    environment.put("WADI_RETENTION_INTERVAL_MS", "100");
    var api = new Api("http://localhost:" + environment.get("WADI_HTTP_PORT"), "secret");
    try (var wadi = WadiInside.start(environment)) {
      wadi.awaitStreaming();
      for (var table : List.of("whole", "daily")) {
        create(api, table);
        DATABASE.execute(oldEvents(table));
        routes.pipeline(table, "public.orders", "public." + table);
      }
      for (var table : List.of("whole", "daily")) {
        await(table)
            .atMost(LIMIT)
            .until(() -> DATABASE.holds("not exists (select from " + table + ")"));
        awaitRuns(api, table);
      }
      DATABASE.execute("insert into orders values (1)");
      Capture.awaitCaughtUp(DATABASE);

      assertThat(DATABASE.rows("select id, record_pk from whole")).containsExactly("4|1");
      assertThat(DATABASE.rows("select id, record_pk from daily")).containsExactly("4|1");
      assertThat(DATABASE.rows("select to_regclass('daily_20200101')")).containsExactly("");
      assertThat(DATABASE.holds("(select tableoid::regclass::text ~ '_20\\d{6}' from daily)"))
          .isTrue();
    }
  }

  private static void awaitRuns(Api api, String pipeline) {
    await(pipeline)
        .atMost(LIMIT)
        .until(() -> api.get("/api/pipelines/" + pipeline).body().contains("streaming"));
    await("orders is published")
        .atMost(LIMIT)
        .until(() -> DATABASE.holds("exists (select from pg_publication_tables)"));
  }

  private static void create(Api api, String table) {
    var partitioned = table.equals("daily");
    var body = "{\"table\": \"%s\", \"retention_days\": 1, \"partitioned\": %s}";
    assertThat(api.post("/api/event_tables", body.formatted(table, partitioned)).statusCode())
        .isEqualTo(201);
    var ddl = api.get("/api/event_tables/ddl?table=x&partitioned=" + partitioned).body();
    assertThat(ddl.contains("partition by range")).isEqualTo(partitioned);
    assertThat(api.get("/api/event_tables/ddl?table=x&partitioned=yes").statusCode())
        .isEqualTo(400);
    var tooLong = "{\"table\": \"" + "x".repeat(60) + "\", \"partitioned\": true}";
    assertThat(api.post("/api/event_tables", tooLong).body()).contains("at most 54 bytes");
    if (partitioned) {
      DATABASE.execute(
          "create table daily_20200101 partition of daily for values from ('2020-01-01 00:00+00')"
              + " to ('2020-01-02 00:00+00')");
    }
  }

  /** One before, one in, one after the day that has a partition. */
  private static String oldEvents(String table) {
    return """
    insert into %s (
      id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, action,
      committed_at, source_lsn, source_lsn_ordinal, transaction_id
    )
    select n, gen_random_uuid(), 1, 'public', 'orders', n::text, '{}', 'insert',
      timestamptz '2019-12-30 12:00+00' + n * interval '1 day', '0/1', n, 1
    from generate_series(1, 3) as n;
    update wadi.event_tables set last_id = 3 where name = 'public.%s'
    """
        .formatted(table, table);
  }
}
