package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.ApiClient;
import dev.wadi.kit.ApiClient.Reply;
import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows that were there before a pipeline become events, each before every newer change of it. */
@Tag("slow")
class BackfillTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final WadiForApi wadi = WadiForApi.shared();
  private final EmbeddedDatabase database = wadi.database();
  private final ApiClient api = wadi.api();
  private final String name = wadi.name("backfilled_");
  private final String table = wadi.sourceTable();
  private final String events = wadi.eventTable();

  @Test
  void rows_become_reads_in_key_order_and_changes_follow() throws IOException {
    insert(1, 9_000);

    var created = api.post("/api/pipelines", json());
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    assertThat(created.json().at("/backfill").asBoolean()).isTrue();
    awaitState("done");
    database.execute("update " + table + " set note = 'new' where id = 9000");

    Capture.awaitCaughtUp(database);
    assertThat(
            database.rows(
                "select action, count(*), count(distinct record_pk), bool_and(changes is null),"
                    + " bool_and(record = jsonb_build_object('id', record_pk::int, 'note', 'row '"
                    + " || record_pk))"
                    + " from %s where id = record_pk::int group by 1".formatted(events)))
        .containsExactly("read|9000|9000|t|t");
    assertThat(database.rows("select action, record_pk from " + events + " where id > 9000"))
        .containsExactly("update|9000");
    var status = api.get(path()).json().at("/status/backfill");
    assertThat(status.at("/rows").asLong()).isEqualTo(9_000);
    assertThat(status.at("/table").isNull()).isTrue();
    assertThat(status.at("/started_at").asText()).isLessThan(status.at("/finished_at").asText());
    assertThat(Files.readString(wadi.pipelineFiles().resolve(name + ".camel.yaml")))
        .contains("        backfill: true\n");
  }

  @Test
  void consumers_get_reads_as_they_get_changes() {
    insert(1, 2);
    require(201, api.post("/api/pipelines", json()));
    awaitState("done");
    require(
        201,
        api.post("/api/streams", "{\"name\": \"%s\", \"table\": \"%s\"}".formatted(name, events)));
    require(
        201,
        api.post(
            "/api/consumer_groups",
            "{\"name\": \"%1$s\", \"stream\": \"%1$s\", \"start\": {\"position\": \"beginning\"}}"
                .formatted(name)));

    var received =
        api.get("/api/consumer_groups/" + name + "/receive?batch_size=10&wait_for=5000").json();

    assertThat(received.at("/data")).hasSize(2);
    assertThat(received.at("/data/0/data/action").asText()).isEqualTo("read");
    assertThat(received.at("/data/0/data/changes").isNull()).isTrue();
    assertThat(received.at("/data/1/data/record/note").asText()).isEqualTo("row 2");
  }

  @Test
  void a_read_equals_what_capture_gives_whatever_the_names_types_and_keys() throws IOException {
    try (var sql = getClass().getResourceAsStream("/odd_table.sql")) {
      database.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
    }
    var odd = "public.\"Odd \"\"Table\"\", ы\"";
    var quoted = odd.replace("\"", "\\\"");
    require(201, api.post("/api/pipelines", json().replace(table, quoted)));
    awaitState("done");
    assertThat(count("action = 'read'")).isEqualTo(63);

    database.execute("update " + odd + " set \"where\" = \"where\"");

    Capture.awaitCaughtUp(database);
    assertThat(count("action = 'update'")).isEqualTo(63);
    var differing =
        """
        select record_pk, record from %1$s where action = 'read'
        except all
        select record_pk, record from %1$s where action = 'update'
        """;
    assertThat(database.rows(differing.formatted(events))).isEmpty();
  }

  @Test
  void every_row_is_read_once_by_a_key_whose_type_is_in_another_schema() {
    var schema = wadi.name("extensions_");
    database.execute(
        """
        create schema %1$s;
        create extension citext schema %1$s;
        create extension ltree schema %1$s;
        create extension hstore schema %1$s;
        create domain %1$s.email as %1$s.citext;
        create table %1$s.single (email %1$s.citext collate "C" primary key);
        create table %1$s.several (day date, email %1$s.email collate "C", id int, primary key (day, email, id));
        create table %1$s.alike (a %1$s.citext collate "C", b %1$s.citext collate "C", primary key (a, b));
        create table %1$s.trees (path %1$s.ltree primary key);
        create table %1$s.stores (content %1$s.hstore primary key);
        create temporary table mixed as
        select n, (case when n %% 2 = 0 then 'USER' else 'user' end) || lpad((n / 3)::text, 5, '0') || n %% 3 as email
        from generate_series(1, 9000) as n;
        insert into %1$s.single select email from mixed;
        insert into %1$s.several select date '2026-01-01' + n / 4500, left(email, 9), n from mixed;
        insert into %1$s.alike select left(email, 6), email from mixed;
        insert into %1$s.trees select text2ltree(email) from mixed;
        insert into %1$s.stores select hstore('a', email) from mixed;
        """
            .replace("text2ltree", schema + ".text2ltree")
            .replace("select hstore", "select " + schema + ".hstore")
            .formatted(schema));
    require(201, api.post("/api/pipelines", json().replace(table, schema + ".*")));
    awaitState("done");

    assertThat(
            database.rows(
                "select source_table_name, count(*), count(distinct record_pk) from %s group by 1 order by 1"
                    .formatted(events)))
        .containsExactly(
            "alike|9000|9000",
            "several|9000|9000",
            "single|9000|9000",
            "stores|9000|9000",
            "trees|9000|9000");
  }

  @Test
  void a_read_has_the_key_without_what_its_index_merely_includes() {
    var covered = "public." + wadi.name("covered_");
    database.execute(
        "create table %1$s (id int, note text, primary key (id) include (note)); insert into %1$s values (1, 'a,b')"
            .formatted(covered));
    require(201, api.post("/api/pipelines", json().replace(table, covered)));
    awaitState("done");
    database.execute("update " + covered + " set note = 'c'");

    Capture.awaitCaughtUp(database);
    assertThat(database.rows("select action, record_pk from " + events + " order by id"))
        .containsExactly("read|1", "update|1");
  }

  @Test
  void a_file_asks_for_it_and_a_table_of_its_pattern_that_is_made_later_is_read_too()
      throws IOException {
    database.execute("create schema " + name);
    database.execute(
        "create table %1$s.a (id int primary key); insert into %1$s.a values (1), (2)"
            .formatted(name));
    write("backfill: true", name + ".*");
    awaitState("done");
    assertThat(database.rows("select source_table_name, action, record_pk from " + events))
        .containsExactly("a|read|1", "a|read|2");

    database.execute(
        "create table %1$s.b (id int primary key); insert into %1$s.b values (3)".formatted(name));

    await().atMost(LIMIT).until(() -> count("source_table_name = 'b' and record_pk = '3'") == 1);
    awaitState("done");
    assertThat(api.get(path()).text("/status/backfill/tables")).isEqualTo("2");
    assertThat(count("true")).isEqualTo(3);
  }

  @Test
  void filters_and_steps_apply_to_reads_and_a_refused_one_goes_to_quarantine() throws IOException {
    insert(1, 6);
    var steps =
        """
                - choice:
                    when:
                      - simple: "${body.record[id]} == 3"
                        steps:
                          - throwException:
                              exceptionType: java.lang.IllegalStateException
                              message: not three
                - script:
                    simple: "${body.record.put('note', ${body.action})}"
        """;
    var filters = "filters: '[{\"column\": \"id\", \"operator\": \"<\", \"value\": 5}]'";
    write("backfill: true\n        " + filters, table, steps);
    awaitState("done");

    assertThat(database.rows("select record_pk, record ->> 'note' from " + events + " order by id"))
        .containsExactly("1|READ", "2|READ", "4|READ");
    assertThat(api.get("/api/quarantine?pipeline=" + name).json().at("/data/0/action").asText())
        .isEqualTo("read");

    write("backfill: true\n        " + filters, table);
    // Until the new version runs it is refused again and comes back.
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              api.post("/api/quarantine/replay", "{\"pipeline\": \"" + name + "\"}");
              return count("record_pk = '3' and action = 'read'") == 1;
            });
  }

  @Test
  void a_transaction_that_wrote_before_the_pipeline_is_waited_for() throws SQLException {
    insert(1, 3);
    try (var writer = database.connect()) {
      writer.setAutoCommit(false);
      try (var statement = writer.createStatement()) {
        statement.execute("insert into " + table + " values (4, 'open')");
        require(201, api.post("/api/pipelines", json()));
        await()
            .atMost(LIMIT)
            .until(
                () -> backfill("reason").contains("waits for transactions that have written to"));
        assertThat(count("true")).isZero();
      }
      writer.commit();
    }
    awaitState("done");

    assertThat(database.rows("select record_pk from " + events + " order by record_pk"))
        .containsExactly("1", "2", "3", "4");
  }

  @Test
  void it_is_started_cancelled_and_started_again_by_the_api() throws SQLException {
    insert(1, 3);
    require(201, api.post("/api/pipelines", json().replace("true", "false")));
    assertThat(api.get(path()).json().at("/status/backfill").isNull()).isTrue();

    require(202, api.post(path() + "/backfill", ""));
    awaitState("done");
    assertThat(count("action = 'read'")).isEqualTo(3);

    try (var writer = database.connect()) {
      writer.setAutoCommit(false);
      try (var statement = writer.createStatement()) {
        statement.execute("update " + table + " set note = 'open' where id = 1");
        require(202, api.post(path() + "/backfill", ""));
        var twice = api.post(path() + "/backfill", "");
        assertThat(twice.status()).isEqualTo(409);
        assertThat(twice.summary()).contains("its backfill runs already; cancel it first");
        assertThat(api.delete(path() + "/backfill").text("/status/backfill/state"))
            .isEqualTo("cancelled");
      }
      writer.rollback();
    }
    Capture.awaitCaughtUp(database);
    assertThat(count("action = 'read'")).isEqualTo(3);

    require(202, api.post(path() + "/backfill", ""));
    awaitState("done");
    assertThat(count("action = 'read'")).isEqualTo(6);
    require(200, api.delete(path() + "/backfill"));
    assertThat(backfill("state")).isEqualTo("done");
    assertThat(api.post("/api/pipelines/nothing/backfill", "").status()).isEqualTo(404);
    assertThat(api.delete("/api/pipelines/nothing/backfill").status()).isEqualTo(404);
  }

  @Test
  void a_paused_pipeline_is_not_backfilled_until_it_is_resumed() {
    insert(1, 3);
    require(201, api.post("/api/pipelines", json().replace("true", "false")));
    wadi.awaitPublished(table);
    require(200, api.post(path() + "/pause", ""));
    require(202, api.post(path() + "/backfill", ""));
    insert(4, 4);
    Capture.awaitCaughtUp(database);
    assertThat(count("true")).isZero();
    assertThat(backfill("state")).isEqualTo("running");

    require(200, api.post(path() + "/resume", ""));
    awaitState("done");

    assertThat(count("true")).isEqualTo(5);
    assertThat(database.rows("select action from " + events + " where record_pk = '4' order by id"))
        .containsExactly("insert", "read");
  }

  @Test
  void two_pipelines_into_one_event_table_read_the_rows_each() {
    insert(1, 3);
    require(201, api.post("/api/pipelines", json()));
    awaitState("done");
    var other = wadi.name("other_");
    require(201, api.post("/api/pipelines", json().replace(name, other)));

    await().atMost(LIMIT).until(() -> count("action = 'read'") == 6);
    insert(4, 4);
    Capture.awaitCaughtUp(database);
    assertThat(count("action = 'insert'")).isEqualTo(1);
  }

  @Test
  void a_table_without_key_is_refused_by_api_and_file() throws IOException {
    var keyless = "public." + wadi.name("keyless_");
    database.execute("create table " + keyless + " (note text)");
    database.execute("alter table " + keyless + " replica identity full");
    var message =
        "table '" + keyless + "': cannot be backfilled without a primary key; give it one";

    assertThat(api.post("/api/pipelines", json().replace(table, keyless)).errors("backfill"))
        .containsExactly(message);
    write("backfill: true", keyless);
    await().atMost(LIMIT).until(() -> backfillRefusal().contains("line 9: " + message));
    write("backfill: maybe", table);
    await()
        .atMost(LIMIT)
        .until(
            () ->
                backfillRefusal().contains("line 9: backfill must be true or false (got 'maybe')"));
    write("actions: insert,read", table);
    await()
        .atMost(LIMIT)
        .until(() -> backfillRefusal().contains("line 9: action 'read': comes of"));
    Files.delete(wadi.pipelineFiles().resolve(name + ".camel.yaml"));
  }

  @Test
  void an_older_event_table_is_refused_with_what_mends_it() {
    database.execute(
        "alter table %1$s drop constraint %2$s_action_check, add constraint old check (action in ('insert', 'update'))"
            .formatted(events, events.substring("public.".length())));
    var refused = api.post("/api/pipelines", json()).errors("destination.table");
    assertThat(refused).hasSize(1);
    assertThat(refused.get(0))
        .contains("must take action 'read' where a pipeline asks for backfill");

    database.execute(refused.get(0).substring(refused.get(0).indexOf("alter table")));

    require(201, api.post("/api/pipelines", json()));
    awaitState("done");
  }

  @Test
  void a_table_that_is_dropped_or_made_anew_meanwhile_ends_its_backfill_with_the_reason()
      throws SQLException {
    insert(1, 3);
    require(201, api.post("/api/pipelines", json()));
    awaitState("done");
    database.execute(
        "update wadi.backfills set state = 'running', finished_at = null, source_table_oid = 1 where pipeline = '%s'"
            .formatted(name));
    awaitState("failed");
    assertThat(backfill("reason")).contains("was made anew or has another key");

    database.execute("drop table " + table);
    database.execute(
        "update wadi.backfills set state = 'running', reason = '', finished_at = null where pipeline = '%s'"
            .formatted(name));
    awaitState("failed");
    assertThat(backfill("reason")).contains("does not exist any more");
  }

  @Test
  void a_table_whose_key_gets_another_type_meanwhile_ends_its_backfill_with_the_reason() {
    insert(1, 3);
    require(201, api.post("/api/pipelines", json()));
    awaitState("done");

    database.execute("alter table " + table + " alter column id type text");
    database.execute(
        "update wadi.backfills set state = 'running', finished_at = null where pipeline = '%s'"
            .formatted(name));

    awaitState("failed");
    assertThat(backfill("reason")).contains("has another key (columns or types)");
  }

  @Test
  void a_truncated_table_leaves_no_read_behind_the_truncate() {
    insert(1, 3);
    require(
        201,
        api.post(
            "/api/pipelines",
            json().replaceFirst("\\{", "{\"actions\": [\"insert\", \"truncate\"], ")));
    awaitState("done");
    for (int round = 0; round < 5; round++) {
      insert(10, 500);
      require(202, api.post(path() + "/backfill", ""));
      database.execute("truncate " + table);
      awaitState("done");
    }
    Capture.awaitCaughtUp(database);
    assertThat(
            count(
                "action = 'read' and id > (select max(id) from "
                    + events
                    + " where action = 'truncate')"))
        .isZero();
  }

  private void insert(int from, int to) {
    database.execute(
        "insert into %s select n, 'row ' || n from generate_series(%d, %d) n"
            .formatted(table, from, to));
  }

  private String json() {
    return """
    {"name": "%s", "source": {"table": "%s"}, "destination": {"table": "%s"}, "backfill": true}\
    """
        .formatted(name, table, events);
  }

  private void write(String parameter, String tables) throws IOException {
    write(parameter, tables, "");
  }

  private void write(String parameter, String tables, String steps) throws IOException {
    Files.writeString(
        wadi.pipelineFiles().resolve(name + ".camel.yaml"),
        """
        - route:
            id: %s
            description: A pipeline of a test.
            routeConfigurationId: pipeline-errors
            from:
              uri: kamelet:change-source
              parameters:
                table: "%s"
                %s
              steps:
        %s        - to:
                    uri: kamelet:event-table-sink
                    parameters:
                      table: "%s"
        """
            .formatted(name, tables, parameter, steps, events));
  }

  private String path() {
    return "/api/pipelines/" + name;
  }

  private String backfill(String field) {
    return api.get(path()).text("/status/backfill/" + field);
  }

  private String backfillRefusal() {
    return api.get(path()).body();
  }

  private void awaitState(String state) {
    await(name + " is " + state)
        .atMost(LIMIT)
        .until(
            () -> api.get(path()).json().at("/status/backfill"),
            status -> status.at("/state").asText().equals(state));
  }

  private long count(String condition) {
    return database.number("select count(*) from " + events + " where " + condition);
  }

  private static void require(int status, Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
  }
}
