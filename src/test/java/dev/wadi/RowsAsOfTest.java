package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code GET /api/events/as_of} tells of rows at a time, and what it says it cannot know. */
@Tag("slow")
class RowsAsOfTest {

  private static final Database DATABASE = EmbeddedDatabase.create();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final String TABLES = "public.orders,public.pairs,public.paged,public.wide";

  @TempDir private static Path folder;
  private static RouteFiles routes;
  private static Map<String, String> environment;
  private static WadiInside wadi;

  @BeforeAll
  static void start() throws Exception {
    DATABASE.execute(
        """
        create table orders (id int primary key, name text);
        create table pairs (a text, b text, primary key (a, b));
        create table paged (id int primary key);
        create table wide (id int primary key, note text, big text);
        create table cut (id int primary key, name text);
        """);
    Capture.createEventTable(DATABASE, "public.events");
    Capture.createEventTable(DATABASE, "public.cut_events");
    routes =
        RouteFiles.copiedTo(folder)
            .write("all", withTruncate(RouteFiles.text("all", TABLES, "public.events", "")))
            .pipeline("cut", "public.cut", "public.cut_events");
    environment = WadiEnvironment.of(DATABASE, routes);
    environment.put("WADI_API_TOKEN", "as-of");
    wadi = WadiInside.start(environment).awaitStreaming();
  }

  @AfterAll
  static void stop() {
    wadi.close();
  }

  @Test
  void row_is_what_its_last_event_until_then_says() throws Exception {
    run("insert into orders values (1, 'a'), (2, 'b'), (3, 'c')");
    var inserted = now();
    run("update orders set name = 'a2' where id = 1; delete from orders where id = 2");
    run("update orders set id = 30 where id = 3; insert into orders values (4, 'd')");
    var changed = now();
    run("truncate orders");
    Capture.awaitCaughtUp(DATABASE);

    var first = row("orders", "1", inserted);
    assertThat(first.get("state").asText()).isEqualTo("present");
    assertThat(first.get("record")).isEqualTo(JSON.readTree("{\"id\": 1, \"name\": \"a\"}"));
    assertThat(first.at("/event/action").asText()).isEqualTo("insert");
    assertThat(first.get("doubts")).isEmpty();
    assertThat(row("orders", "1", changed).at("/record/name").asText()).isEqualTo("a2");
    assertThat(state("orders", "2", changed)).isEqualTo("deleted");
    assertThat(state("orders", "3", inserted)).isEqualTo("present");
    assertThat(row("orders", "3", changed).get("moved_to").asText()).isEqualTo("30");
    assertThat(state("orders", "4", inserted)).isEqualTo("absent");
    assertThat(state("orders", "1", now())).isEqualTo("deleted");
    assertThat(row("orders", "3", changed).get("record").isNull()).isTrue();

    var before = row("orders", "30", inserted);
    assertThat(before.get("state").asText()).isEqualTo("unknown");
    assertThat(before.at("/next_event/action").asText()).isEqualTo("update");
    assertThat(before.get("doubts")).hasToString("[\"no_event_yet\"]");
  }

  @Test
  void key_of_several_columns_is_followed() throws Exception {
    run("insert into pairs values ('x,y', '\\'), ('x', 'y,\\')");
    run("update pairs set b = 'z' where a = 'x,y'");
    Capture.awaitCaughtUp(DATABASE);

    assertThat(row("pairs", "x\\,y,\\\\", now()).get("moved_to").asText()).isEqualTo("x\\,y,z");
    assertThat(state("pairs", "x,y\\,\\\\", now())).isEqualTo("present");
  }

  @Test
  void rows_of_the_table_come_page_by_page() throws Exception {
    run("insert into paged select n from generate_series(1, 25) n");
    run("update paged set id = id where id <= 10; delete from paged where id between 11 and 20");
    var then = now();
    run("delete from paged; insert into paged values (99)");
    Capture.awaitCaughtUp(DATABASE);

    var keys = new ArrayList<String>();
    var after = "";
    while (!after.equals("null")) {
      var cursor = after.isEmpty() ? "" : "&after=" + after;
      var page = get(query("paged", then) + "&limit=7" + cursor, 200);
      assertThat(page.get("data").size()).isLessThanOrEqualTo(7);
      page.get("data").forEach(row -> keys.add(row.get("record_pk").asText()));
      after = page.get("next_after").asText();
    }
    assertThat(keys)
        .containsExactly(
            "1", "10", "2", "21", "22", "23", "24", "25", "3", "4", "5", "6", "7", "8", "9");
  }

  @Test
  void what_postgres_did_not_send_is_named() throws Exception {
    run(
        "insert into wide select 1, 'a', string_agg(md5(n::text), '') from generate_series(1, 500)"
            + " n; update wide set note = 'b'");
    Capture.awaitCaughtUp(DATABASE);

    var row = row("wide", "1", now());
    assertThat(row.get("record")).isEqualTo(JSON.readTree("{\"id\": 1, \"note\": \"b\"}"));
    assertThat(row.get("unavailable")).hasToString("[\"big\"]");
    assertThat(row.get("doubts")).hasToString("[\"columns_unavailable\"]");
  }

  @Test
  void row_is_unknown_before_what_retention_has_kept() throws Exception {
    run("insert into cut values (1, 'a')");
    var then = now();
    run("update cut set name = 'b'");
    Capture.awaitCaughtUp(DATABASE);
    run("delete from cut_events where id = 1");

    var path = "event_table=cut_events&table=cut&record_pk=1&at=";
    var answer = get(path + then, 200);
    assertThat(answer.at("/data/state").asText()).isEqualTo("unknown");
    assertThat(answer.at("/log/first_id").asInt()).isEqualTo(2);
    assertThat(get(path + now(), 200).at("/data/state").asText()).isEqualTo("present");

    run("drop table cut");
    assertThat(get(path + now(), 200).at("/data/doubts")).hasToString("[\"key_may_have_changed\"]");
  }

  @Test
  void row_is_unknown_before_its_table_was_captured_whatever_the_event_table_held()
      throws Exception {
    run("insert into orders values (100, 'early'); create table late (id int primary key)");
    run("insert into late values (1)");
    var then = now();
    run("delete from late");
    capture("late");
    run("insert into late values (1)");
    Capture.awaitCaughtUp(DATABASE);

    assertThat(row("late", "1", then).at("/next_event/action").asText()).isEqualTo("insert");
    assertThat(state("late", "1", then)).isEqualTo("unknown");
  }

  @Test
  void row_that_was_there_before_capture_is_unknown_where_only_its_next_insert_is_known()
      throws Exception {
    run("create table old (id int primary key); insert into old values (1), (2)");
    capture("old");
    run("insert into old values (3)");
    Capture.awaitCaughtUp(DATABASE);
    var then = now();
    run("insert into old values (4); update old set id = 20 where id = 2");
    run("insert into old values (2), (5); truncate old; insert into old values (1), (6)");
    Capture.awaitCaughtUp(DATABASE);

    for (var before : List.of("1", "2", "6")) {
      assertThat(state("old", before, then)).as(before).isEqualTo("unknown");
    }
    assertThat(state("old", "4", then)).isEqualTo("absent");
    assertThat(state("old", "5", then)).isEqualTo("absent");
    assertThat(get(query("old", then), 200).at("/data").findValuesAsText("record_pk"))
        .containsExactly("1", "2", "20", "3", "6");
  }

  @Test
  void row_is_in_doubt_where_deletes_and_updates_do_not_tell_its_key() throws Exception {
    run("create table coded (id int primary key, code text not null unique)");
    run("alter table coded replica identity using index coded_code_key");
    capture("coded");
    run("insert into coded values (1, 'a'), (2, 'b'), (3, 'c')");
    Capture.awaitCaughtUp(DATABASE);
    assertThat(row("coded", "1", now()).get("doubts")).hasToString("[\"key_may_have_changed\"]");
    var then = now();
    run("delete from coded where id = 2; update coded set id = 30 where id = 3");
    run("insert into coded values (4, 'd')");
    Capture.awaitCaughtUp(DATABASE);

    for (var key : List.of("1", "2", "3")) {
      assertThat(row("coded", key, now()).get("doubts"))
          .as(key)
          .hasToString("[\"key_may_have_changed\",\"deleted_without_key\"]");
    }

    run("alter table coded replica identity full");
    assertThat(row("coded", "1", now()).get("doubts")).hasToString("[\"deleted_without_key\"]");
    assertThat(row("coded", "4", now()).get("doubts")).isEmpty();
    assertThat(state("coded", "4", then)).isEqualTo("unknown");
  }

  @Test
  void partition_whose_deletes_do_not_tell_the_key_puts_the_rows_in_doubt() throws Exception {
    run(
        """
        create table parted (id int, code text not null, primary key (id)) partition by range (id);
        create table parted_all (code text not null unique, id int not null);
        alter table parted attach partition parted_all for values from (0) to (100);
        """);
    capture("parted");
    run("insert into parted values (1, 'a')");
    Capture.awaitCaughtUp(DATABASE);
    assertThat(row("parted", "1", now()).get("doubts")).isEmpty();

    run("alter table parted_all replica identity using index parted_all_code_key");
    assertThat(row("parted", "1", now()).get("doubts")).hasToString("[\"key_may_have_changed\"]");
  }

  @Test
  void row_is_in_doubt_where_the_event_table_has_events_of_several_databases() throws Exception {
    Capture.createEventTable(DATABASE, "public.shared_events");
    run(
        """
        insert into shared_events (
          id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, action,
          committed_at, source_lsn, source_lsn_ordinal, transaction_id
        )
        values
          (1, '0196fb4e-0000-7000-8000-000000000001', 1, 'public', 'orders', '1', '{}', 'insert', now(), '0/1', 1, 1),
          (2, '0196fb4e-0000-7000-8000-000000000001', 1, 'public', 'orders', '2', '{}', 'insert', now(), '0/1', 2, 1)
        """);
    var question = "event_table=shared_events&table=orders&at=" + now();
    assertThat(get(question + "&record_pk=1", 200).at("/data/doubts")).isEmpty();

    run(
        """
        insert into shared_events (
          id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, action,
          committed_at, source_lsn, source_lsn_ordinal, transaction_id
        )
        select 3, '0196fb4e-0000-7000-8000-000000000002', 1, 'public', 'orders', '1', '{}', 'delete', committed_at, '0/1', 3, 1
        from shared_events where id = 1
        """);
    var page = get(question, 200).get("data");
    assertThat(page.findValuesAsText("state")).containsExactly("deleted", "present");
    assertThat(page.findValues("doubts"))
        .hasToString("[[\"several_databases\"], [\"several_databases\"]]");
  }

  @Test
  void search_for_a_changed_key_ends_and_says_so() throws Exception {
    Capture.createEventTable(DATABASE, "public.long_events");
    run(
        """
        insert into long_events (
          id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, action,
          committed_at, source_lsn, source_lsn_ordinal, transaction_id
        )
        select n, '0196fb4e-0000-7000-8000-000000000001', 1, 'public', 'orders', least(n, 2), '{}', 'insert', now(),
          '0/1', n, 1
        from generate_series(1, 100001) as n
        """);
    var question = "event_table=long_events&table=orders&record_pk=1&at=" + now();
    assertThat(get(question, 200).at("/data/doubts")).isEmpty();

    run("update long_events set id = 100002 where id = 100001");
    assertThat(get(question, 200).at("/data/doubts")).hasToString("[\"key_may_have_changed\"]");

    run("update long_events set committed_at = now() - interval '1 day' where id = 1");
    run("update long_events set record_pk = '3' where id = 100002");
    var absent = "event_table=long_events&table=orders&record_pk=3&at=" + hourAgo();
    assertThat(get(absent, 200).at("/data/state").asText()).isEqualTo("unknown");
    assertThat(get(absent, 200).at("/data/doubts"))
        .hasToString("[\"no_event_yet\",\"key_may_have_changed\"]");
  }

  @Test
  void bad_questions_are_refused() throws Exception {
    var good = query("orders", "2026-01-01T00:00:00Z");
    for (var bad :
        List.of(
            query("orders", "yesterday"),
            query("orders", "2026-01-01T00:00:00"),
            query("orders", "+99999-01-01T00:00:00Z"),
            good + "&limit=0",
            good + "&record_pk=1&after=1",
            good + "&record_pk=%00",
            good + "&color=red",
            "event_table=events&table=orders")) {
      assertThat(get(bad, 400).get("summary").asText()).isNotBlank();
    }
    get("event_table=orders&table=orders&at=2026-01-01T00:00:00Z", 404);
    assertThat(get(query("nowhere", now()), 200).get("data")).isEmpty();
  }

  private static void capture(String table) throws Exception {
    routes.write(
        table, withTruncate(RouteFiles.text(table, "public." + table, "public.events", "")));
    await()
        .until(
            () ->
                DATABASE.holds(
                    "exists (select from pg_publication_tables where tablename = '"
                        + table
                        + "')"));
  }

  private static String hourAgo() {
    return Instant.now().minus(Duration.ofHours(1)).toString();
  }

  private static void run(String sql) {
    DATABASE.execute(sql);
  }

  private static String now() {
    return DATABASE
        .rows(
            "select to_char(clock_timestamp() at time zone 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        .get(0);
  }

  private static JsonNode row(String table, String recordPk, String at) throws Exception {
    var encoded = URLEncoder.encode(recordPk, StandardCharsets.UTF_8);
    return get(query(table, at) + "&record_pk=" + encoded, 200).get("data");
  }

  private static String state(String table, String recordPk, String at) throws Exception {
    return row(table, recordPk, at).get("state").asText();
  }

  private static String query(String table, String at) {
    return "event_table=events&table="
        + table
        + "&at="
        + URLEncoder.encode(at, StandardCharsets.UTF_8);
  }

  private static JsonNode get(String query, int status) throws Exception {
    var uri =
        "http://localhost:" + environment.get("WADI_HTTP_PORT") + "/api/events/as_of?" + query;
    var request =
        HttpRequest.newBuilder(URI.create(uri)).header("Authorization", "Bearer as-of").build();
    var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(query + " " + response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  private static String withTruncate(String pipeline) {
    return pipeline.replaceFirst(
        "( *)(table: \".*\n)", "$1$2$1actions: insert,update,delete,truncate\n");
  }
}
