package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wadi.WadiForApi.Captured;
import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables, event tables, pipelines and events over HTTP. */
class ManagementApiTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int READERS = 100;

  private final WadiForApi wadi = WadiForApi.shared();
  private final ApiClient api = wadi.api();

  @Test
  void an_event_table_is_made_once_and_listed() {
    var table = "public." + wadi.name("made_");
    var body = "{\"table\": \"%s\", \"retention_days\": 30}".formatted(table);

    var made = api.post("/api/event_tables", body);
    var again = api.post("/api/event_tables", body);

    assertThat(made.status()).isEqualTo(201);
    assertThat(made.text("/table")).isEqualTo(table);
    assertThat(again.status()).isEqualTo(422);
    assertThat(again.errors("table"))
        .containsExactly("has already been taken: '" + table + "' exists");
    var listed = row(api.get("/api/event_tables"), "table", table);
    assertThat(listed.get("valid").asBoolean()).isTrue();
    assertThat(listed.get("problems")).isEmpty();
    assertThat(listed.get("retention_days").asInt()).isEqualTo(30);
  }

  @Test
  void of_two_who_make_an_event_table_at_the_same_time_one_is_told_that_it_is_taken()
      throws Exception {
    var table = "public." + wadi.name("made_");
    try (var other = wadi.database().connect()) {
      other.setAutoCommit(false);
      other.createStatement().execute("create table " + table + " (id int)");

      var made = api.later("POST", "/api/event_tables", "{\"table\": \"" + table + "\"}");
      wadi.awaitHeldUpBy(other);
      other.commit();

      assertThat(made.join().errors("table"))
          .containsExactly("has already been taken: '" + table + "' exists");
    }
  }

  @Test
  void an_event_table_of_any_name_is_made() {
    for (var name : List.of("a.b", "with space", "Upper", "täble_таблица", "quo\"te", "it's")) {
      var table = "public.\"" + name.replace("\"", "\"\"") + "\"";
      var body = "{\"table\": \"" + table.replace("\"", "\\\"") + "\"}";

      var made = api.post("/api/event_tables", body);

      assertThat(made.status()).as(made.body()).isEqualTo(201);
      assertThat(
              wadi.database()
                  .rows(
                      "select 1 from pg_class where relname = $$" + name + "$$ and relkind = 'r'"))
          .hasSize(1);
    }
  }

  @Test
  void an_event_table_that_cannot_be_made_is_refused_with_the_reason() {
    assertThat(refused("{}", "table")).containsExactly("can't be blank");
    assertThat(refused("{\"table\": \"a.b.c\"}", "table").get(0))
        .contains("expected table or schema.table");
    assertThat(refused("{\"table\": \"nowhere.events\"}", "table"))
        .containsExactly("schema 'nowhere' does not exist; create it first");
    assertThat(refused("{\"table\": \"pg_catalog.events\"}", "table").get(0))
        .contains("Wadi's role may not create it");
    assertThat(refused("{\"table\": \"a\", \"retention_days\": 0}", "retention_days").get(0))
        .contains("must be between 1 and 36500 days (got 0)");
    assertThat(refused("{\"table\": \"%s\"}".formatted("x".repeat(64)), "table").get(0))
        .contains("at most 63 bytes");
  }

  @Test
  void the_sql_of_an_event_table_makes_one_that_qualifies() {
    var table = wadi.name("by_hand_");

    var sql = api.get("/api/event_tables/ddl?retention_days=7&table=" + table).text("/sql");
    wadi.database().execute(sql);

    var listed = row(api.get("/api/event_tables"), "table", "public." + table);
    assertThat(listed.get("valid").asBoolean()).isTrue();
  }

  @Test
  void the_sql_of_an_event_table_needs_a_name_and_days_in_range() {
    assertThat(api.get("/api/event_tables/ddl").summary())
        .isEqualTo("Parameter `table` is missing");
    assertThat(api.get("/api/event_tables/ddl?table=a&retention_days=x").summary())
        .contains("`retention_days` must be an integer between 1 and 36500");
    assertThat(api.get("/api/event_tables/ddl?table=a.b.c").status()).isEqualTo(422);
  }

  @Test
  void a_name_that_cannot_be_written_to_is_refused() {
    assertThat(api.get("/api/event_tables/ddl?table=a%3A%3Fb").errors("table").get(0))
        .isEqualTo(
            "event table 'public.a:?b': name must not hold ':?' before a letter; choose another"
                + " one");
    assertThat(refused("{\"table\": \"a:?b\"}", "table").get(0)).contains("must not hold ':?'");
  }

  @Test
  void an_event_table_that_was_altered_is_listed_with_what_is_wrong() {
    var table = wadi.eventTable();
    wadi.database().execute("alter table " + table + " drop column unavailable");

    var listed = row(api.get("/api/event_tables"), "table", table);

    assertThat(listed.get("valid").asBoolean()).isFalse();
    assertThat(listed.get("problems").toString()).contains("unavailable");
  }

  @Test
  void tables_are_listed_with_whether_they_are_eligible_and_why_not() {
    var source = wadi.sourceTable();
    var eventTable = wadi.eventTable();
    wadi.database().execute("comment on table " + eventTable + " is 'ours'");
    var keyless = "public." + wadi.name("keyless_");
    var unlogged = "public." + wadi.name("unlogged_");
    wadi.database().execute("create table " + keyless + " (note text)");
    wadi.database().execute("create unlogged table " + unlogged + " (id int primary key)");

    var tables = api.get("/api/tables");

    var eligible = row(tables, "table", source);
    assertThat(eligible.get("eligible").asBoolean()).isTrue();
    assertThat(eligible.get("reason").isNull()).isTrue();
    assertThat(eligible.get("key").toString()).isEqualTo("[\"id\"]");
    assertThat(eligible.get("replica_identity").asText()).isEqualTo("full");
    assertThat(eligible.at("/columns/1/type").asText()).isEqualTo("text");
    assertThat(row(tables, "table", eventTable).get("reason").asText())
        .isEqualTo("Source table cannot be an event table.");
    assertThat(row(tables, "table", keyless).get("reason").asText())
        .contains("no replica identity", "replica identity full");
    assertThat(row(tables, "table", unlogged).get("reason").asText()).contains("set logged");
  }

  @Test
  void a_pipeline_is_written_to_a_file_and_captures() throws IOException {
    var captured = wadi.captured();
    captured.insert(1);

    var shown = api.get(path(captured));

    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.text("/source/table")).isEqualTo(captured.source());
    assertThat(shown.json().at("/actions").toString())
        .isEqualTo("[\"insert\",\"update\",\"delete\"]");
    assertThat(shown.text("/file")).isEqualTo(Files.readString(file(captured.name())));
    assertThat(shown.text("/status/state")).isEqualTo("streaming");
    assertThat(shown.json().at("/status/events").asInt()).isEqualTo(1);
    assertThat(row(api.get("/api/pipelines"), "name", captured.name())).isNotNull();
    assertThat(shown.header("ETag")).matches("\"[0-9a-f]+\"");
  }

  @Test
  void a_pipeline_that_breaks_rules_is_refused_for_each_field_and_writes_nothing()
      throws IOException {
    var body =
        """
        {"name": "Bad Name", "source": {"table": "a.b.c.d"}, "actions": ["upsert"], "destination": {}}\
        """;

    var refused = api.post("/api/pipelines", body);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.errors("name").get(0))
        .isEqualTo("must be 1 to 63 characters of a-z, 0-9, _ and - (got 'Bad Name')");
    assertThat(refused.errors("source.table")).hasSize(1);
    assertThat(refused.errors("actions").get(0)).contains("upsert");
    assertThat(refused.errors("destination.table")).containsExactly("can't be blank");
    assertThat(fileNames()).noneMatch(name -> name.contains("Bad"));
  }

  @Test
  void a_pipeline_over_tables_that_do_not_fit_is_refused() {
    var source = wadi.sourceTable();
    var eventTable = wadi.eventTable();

    assertThat(refusal("public.nothing", eventTable, "source.table"))
        .containsExactly(
            "table 'public.nothing': does not exist; create it first or correct the name");
    assertThat(refusal(eventTable, eventTable, "source.table").get(0))
        .contains("Source table cannot be an event table");
    assertThat(refusal(source, source, "destination.table")).isNotEmpty();
    assertThat(refusal(source, "public.nothing", "destination.table").get(0))
        .contains("must exist; create it with: wadi ddl");
  }

  @Test
  void a_filter_of_a_pipeline_is_checked() {
    assertThat(filterRefusal("{\"operator\": \"=\", \"value\": 1}"))
        .contains("'column' can't be blank");
    assertThat(filterRefusal("{\"column\": \"note\", \"operator\": \"~\", \"value\": 1}"))
        .contains("filter on 'note'");
    assertThat(filterRefusal("{\"column\": \"note\", \"operator\": \"=\"}"))
        .contains("'value' can't be blank");
    assertThat(filterRefusal("{\"column\": \"colour\", \"operator\": \"is null\"}"))
        .contains("colour");
    assertThat(filterRefusal("{\"column\": \"id\", \"operator\": \"=\", \"value\": \"x\"}"))
        .contains("filter on 'id'");
    assertThat(filterRefusal("{\"column\": \"id\", \"size\": 1}")).contains("unknown field 'size'");
  }

  @Test
  void a_value_of_a_filter_is_only_a_value_whatever_it_looks_like() {
    var name = wadi.name("hostile_");
    var value = "${body} #{x} RAW(y) ' \" # : - \n\t\\ &x";
    var json = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    json = json.replace("\t", "\\t");
    var source = wadi.sourceTable();
    var events = wadi.eventTable();
    var body =
        """
        {"name": "%s", "source": {"table": "%s"}, "destination": {"table": "%s"},
         "filters": [{"column": "note", "operator": "=", "value": "%s"}]}\
        """
            .formatted(name, source, events, json);

    var made = api.post("/api/pipelines", body);

    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.text("/filters/0/value")).isEqualTo(value);
    wadi.awaitPublished(source);
    wadi.database().execute("insert into " + source + " values (1, 'postgres')");
    wadi.database()
        .execute("insert into " + source + " values (2, '" + value.replace("'", "''") + "')");
    Capture.awaitCaughtUp(wadi.database());
    assertThat(wadi.database().rows("select record_pk from " + events)).containsExactly("2");
  }

  @Test
  void a_number_in_a_filter_stays_what_it_is_digit_by_digit() {
    var captured = wadi.captured();
    for (var number : List.of("1.5", "0.12345678901234567890123", "1E+400")) {
      var filter = "{\"column\": \"id\", \"operator\": \">\", \"value\": " + number + "}";
      var body = captured.json().replaceFirst("\\{", "{\"filters\": [" + filter + "], ");

      for (int time = 0; time < 2; time++) {
        var changed = api.put(path(captured), body);
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(changed.body()).contains("\"value\":" + number + "}");
      }
    }
  }

  @Test
  void a_placeholder_in_a_name_of_a_table_is_filled_in_before_it_is_checked() throws IOException {
    var captured = wadi.captured();
    System.setProperty("wadi.test.table", captured.source());
    var file = wadi.pipelineFiles().resolve(captured.name() + ".camel.yaml");
    var text = Files.readString(file);
    Files.writeString(file, text.replace(captured.source(), "'{{sys:wadi.test.table}}'"));
    var body = captured.json().replace(captured.source(), "{{sys:wadi.test.table}}");

    var changed = api.put(path(captured), body.replaceFirst("\\{", "{\"actions\": [\"insert\"], "));

    assertThat(changed.status()).as(changed.body()).isEqualTo(200);
    assertThat(changed.text("/source/table")).isEqualTo("{{sys:wadi.test.table}}");
  }

  /** Else who may call the API would read in what is refused what the environment holds. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          source.table      | "source": {"table": "a.{{sys:wadi.test.canary}}"}, "destination": {"table": "%s"}
          source.table      | "source": {"table": "{{bean:tokens.createTransient}}"}, "destination": {"table": "%s"}
          destination.table | "source": {"table": "public.x"}, "destination": {"table": "{{wadi.test.canary}}%s"}
          filters           | "filters": [{"column": "id", "operator": "=", "value": "{{sys:wadi.test.canary}}"}], "source": {"table": "public.x"}, "destination": {"table": "%s"}
          """)
  void nobody_reads_settings_through_placeholders(String field, String fields) {
    System.setProperty("wadi.test.canary", "canary");
    var name = wadi.name("pipeline_");

    var refused =
        api.post(
            "/api/pipelines",
            "{\"name\": \"" + name + "\", " + fields.formatted(wadi.eventTable()) + "}");

    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.errors(field))
        .containsExactly("must not hold {{ unless the pipeline's file says the same");
    assertThat(refused.body()).doesNotContain("canary\"", "a.canary");
    assertThat(wadi.pipelineFiles().resolve(name + ".camel.yaml")).doesNotExist();
  }

  @Test
  void text_that_would_end_a_parameter_of_a_route_stays_text() {
    var captured = wadi.captured();
    var filter = "{\"column\": \"note\", \"operator\": \"=\", \"value\": \"a)&tracing=true\"}";
    var body = captured.json().replaceFirst("\\{", "{\"filters\": [" + filter + "], ");

    var changed = api.put(path(captured), body);
    wadi.database().execute("insert into " + captured.source() + " values (1, 'a)&tracing=true')");
    captured.insert(2);

    assertThat(changed.status()).as(changed.body()).isEqualTo(200);
    assertThat(changed.text("/filters/0/value")).isEqualTo("a)&tracing=true");
    assertThat(wadi.database().rows("select record_pk from " + captured.events()))
        .containsExactly("1");
    var ended = captured.json().replace(captured.source(), "public.*)&camelContext.tracing=true&x");
    assertThat(api.put(path(captured), ended).errors("source.table"))
        .containsExactly("cannot hold )& or }&, which end a parameter of a route");
  }

  /** Of 3 MiB each, so that three fit into a page. */
  private void insertFiveLarge(Captured captured) {
    wadi.database()
        .execute(
            "insert into %s select n, repeat(n::text, 3 << 20) from generate_series(1, 5) as n"
                .formatted(captured.source()));
    Capture.awaitCaughtUp(wadi.database());
  }

  @Test
  void large_rows_as_of_a_time_come_in_smaller_pages() {
    var captured = wadi.captured();
    insertFiveLarge(captured);
    var path =
        "/api/events/as_of?at=2100-01-01T00:00:00Z&event_table=%s&table=%s"
            .formatted(captured.events(), captured.source());

    var first = api.get(path);
    var second = api.get(path + "&after=" + first.text("/next_after"));

    assertThat(first.json().path("data").findValuesAsText("record_pk"))
        .containsExactly("1", "2", "3");
    assertThat(second.json().path("data").findValuesAsText("record_pk")).containsExactly("4", "5");
    assertThat(second.json().path("next_after").isNull()).isTrue();
  }

  @Test
  void large_events_come_in_smaller_pages() {
    var captured = wadi.captured();
    insertFiveLarge(captured);

    for (var end : List.of("after=%s", "order=newest&before=%s")) {
      var pages = new ArrayList<Integer>();
      var ids = new ArrayList<String>();
      var from = end.startsWith("after") ? "0" : "100";
      JsonNode events;
      do {
        events =
            api.get("/api/events?limit=1000&table=" + captured.events() + "&" + end.formatted(from))
                .json()
                .path("data");
        pages.add(events.size());
        events.forEach(event -> ids.add(event.path("id").asText()));
        from = ids.get(ids.size() - 1);
      } while (!events.isEmpty());
      assertThat(ids).hasSize(5).doesNotHaveDuplicates();
      assertThat(pages).containsExactly(3, 2, 0);
    }
  }

  @Test
  void a_pipeline_of_a_taken_name_is_refused() {
    var captured = wadi.captured();

    var again = api.post("/api/pipelines", captured.json());

    assertThat(again.status()).isEqualTo(422);
    assertThat(again.errors("name")).containsExactly("has already been taken");
  }

  @Test
  void a_pipeline_changes_only_from_the_version_that_was_seen() throws IOException {
    var captured = wadi.captured();
    var seen = api.get(path(captured)).header("ETag");
    var inserts = captured.json().replaceFirst("\\{", "{\"actions\": [\"insert\"], ");

    var changed = api.put(path(captured), inserts, "If-Match", seen);
    var stale = api.put(path(captured), captured.json(), "If-Match", seen);

    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.header("ETag")).isNotEqualTo(seen);
    assertThat(Files.readString(file(captured.name()))).contains("insert");
    assertThat(stale.status()).isEqualTo(412);
    assertThat(stale.summary()).contains("was changed meanwhile");
    assertThat(api.call("DELETE", path(captured), "", "If-Match", seen).status()).isEqualTo(412);
    assertThat(api.get(path(captured)).json().at("/actions").toString()).isEqualTo("[\"insert\"]");
    assertThat(api.put(path(captured), captured.json()).status()).isEqualTo(200);
    assertThat(api.put(path(captured), captured.json(), "If-Match", "*").status()).isEqualTo(200);
  }

  @Test
  void what_a_change_of_a_pipeline_leaves_out_gets_its_default() {
    var captured = wadi.captured();
    var parameters =
        "{\"actions\": [\"insert\"], \"filters\": [{\"column\": \"id\", \"operator\": \">\", \"value\": 1}], ";
    var narrowed = api.put(path(captured), captured.json().replaceFirst("\\{", parameters));

    var changed = api.put(path(captured), captured.json());

    assertThat(narrowed.json().at("/filters")).hasSize(1);
    assertThat(changed.json().at("/actions").toString())
        .isEqualTo("[\"insert\",\"update\",\"delete\"]");
    assertThat(changed.json().at("/filters")).isEmpty();
  }

  @Test
  void a_pipeline_keeps_its_name() {
    var captured = wadi.captured();

    var refused = api.put(path(captured), captured.json().replace(captured.name(), "other"));

    assertThat(refused.errors("name"))
        .containsExactly("cannot be changed (is '" + captured.name() + "')");
  }

  @Test
  void a_deleted_pipeline_leaves_no_file_and_its_events() {
    var captured = wadi.captured();
    captured.insert(1);

    assertThat(api.delete(path(captured)).status()).isEqualTo(204);

    assertThat(file(captured.name())).doesNotExist();
    assertThat(api.get(path(captured)).status()).isEqualTo(404);
    assertThat(api.delete(path(captured)).status()).isEqualTo(404);
    assertThat(wadi.database().number("select count(*) from " + captured.events())).isEqualTo(1);
  }

  @Test
  void a_pipeline_that_is_not_there_is_said_to_be_missing() {
    for (var call : List.of("GET", "PUT", "DELETE")) {
      var refused = api.call(call, "/api/pipelines/nothing", call.equals("PUT") ? "{}" : "");

      assertThat(refused.status()).as(call).isEqualTo(404);
      assertThat(refused.summary()).as(call).isEqualTo("pipeline 'nothing': does not exist");
    }
    assertThat(api.post("/api/pipelines/nothing/pause", "").status()).isEqualTo(404);
    assertThat(api.post("/api/pipelines/nothing/resume", "").status()).isEqualTo(404);
    assertThat(api.get("/api/pipelines/..%2F..%2Fcapture").status()).isEqualTo(404);
  }

  @Test
  void a_paused_pipeline_keeps_its_changes_until_it_is_resumed() {
    var captured = wadi.captured();

    var paused = api.post(path(captured) + "/pause", "");
    captured.insert(1, 2);

    assertThat(paused.text("/status/state")).isEqualTo("paused");
    assertThat(wadi.database().number("select count(*) from " + captured.events())).isZero();
    var kept = api.delete(path(captured));
    assertThat(kept.status()).isEqualTo(409);
    assertThat(kept.summary()).contains("holds 2 changes that were kept while it was paused");

    assertThat(api.post(path(captured) + "/resume", "").status()).isEqualTo(200);
    await("the kept changes are events")
        .atMost(LIMIT)
        .until(() -> wadi.database().number("select count(*) from " + captured.events()) == 2);
    await("the pipeline streams")
        .atMost(LIMIT)
        .until(() -> api.get(path(captured)).text("/status/state").equals("streaming"));
  }

  @Test
  void kept_changes_are_discarded_for_good() {
    var captured = wadi.captured();
    api.post(path(captured) + "/pause", "");
    captured.insert(1, 2);
    assertThat(api.delete(path(captured)).summary()).contains(path(captured) + "/discard_kept");

    assertThat(api.post(path(captured) + "/discard_kept", "").text("/discarded")).isEqualTo("2");

    assertThat(api.get(path(captured)).text("/status/kept")).isEqualTo("0");
    assertThat(api.get(path(captured)).text("/status/state")).isEqualTo("paused");
    assertThat(api.delete(path(captured)).status()).isEqualTo(204);
    assertThat(wadi.database().number("select count(*) from " + captured.events())).isZero();
    assertThat(api.post(path(captured) + "/discard_kept", "").status()).isEqualTo(404);
  }

  @Test
  void events_come_page_by_page_in_both_directions() {
    var captured = wadi.captured();
    captured.insert(1, 2, 3);
    var path = "/api/events?table=" + captured.events();

    var first = api.get(path + "&limit=2");
    var second = api.get(path + "&limit=2&after=" + first.text("/next_after"));
    var last = api.get(path + "&after=" + second.text("/next_after"));
    var newest = api.get(path + "&order=newest&limit=2");

    assertThat(keys(first)).containsExactly("1", "2");
    assertThat(keys(second)).containsExactly("3");
    assertThat(keys(last)).isEmpty();
    assertThat(last.text("/next_after")).isEqualTo(second.text("/next_after"));
    assertThat(keys(newest)).containsExactly("3", "2");
    assertThat(keys(api.get(path + "&order=newest&before=2"))).containsExactly("1");
    assertThat(first.text("/data/0/record/note")).isEqualTo("made");
  }

  @Test
  void events_are_filtered() {
    var captured = wadi.captured();
    captured.insert(1, 2);
    wadi.database().execute("delete from " + captured.source() + " where id = 1");
    Capture.awaitCaughtUp(wadi.database());
    var path = "/api/events?table=" + captured.events();

    assertThat(keys(api.get(path + "&action=delete"))).containsExactly("1");
    assertThat(keys(api.get(path + "&record_pk=2"))).containsExactly("2");
    assertThat(keys(api.get(path + "&source_table=" + captured.source()))).hasSize(3);
    assertThat(keys(api.get(path + "&source_table=public.other"))).isEmpty();
  }

  @Test
  void readers_that_do_not_come_to_an_end_leave_the_other_calls_alone() throws Exception {
    var path = "/api/events?table=" + wadi.eventTable();
    try (var holder = wadi.database().connect()) {
      holder.setAutoCommit(false);
      holder.createStatement().execute("lock table " + path.replaceFirst(".*=", ""));

      var readers = Stream.generate(() -> api.later("GET", path, "")).limit(READERS).toList();
      var first = CompletableFuture.anyOf(readers.toArray(CompletableFuture[]::new)).get();

      var refused = (ApiClient.Reply) first;
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(refused.summary()).startsWith("Too many read events at once");
      assertThat(api.get("/api/streams").status()).isEqualTo(200);
      holder.rollback();
      readers.forEach(CompletableFuture::join);
    }
    assertThat(api.get(path).status()).isEqualTo(200);
  }

  @Test
  void a_page_of_events_needs_sensible_parameters() {
    var path = "/api/events?table=" + wadi.eventTable();

    assertThat(api.get("/api/events").summary()).isEqualTo("Parameter `table` is missing");
    assertThat(api.get("/api/events?table=public.nothing").summary())
        .isEqualTo("Not found: 'public.nothing' is not an event table");
    assertThat(api.get("/api/events?table=public.nothing").status()).isEqualTo(404);
    assertThat(api.get(path + "&limit=0").summary())
        .isEqualTo("Invalid `limit`. `limit` must be an integer between 1 and 1000.");
    assertThat(api.get(path + "&limit=1001").status()).isEqualTo(400);
    assertThat(api.get(path + "&after=-1").status()).isEqualTo(400);
    assertThat(api.get(path + "&after=x").status()).isEqualTo(400);
    assertThat(api.get(path + "&order=random").summary())
        .isEqualTo("Invalid `order`. `order` must be oldest or newest.");
    assertThat(api.get(path + "&order=newest&after=1").summary()).contains("has no meaning");
    assertThat(api.get(path + "&action=upsert").status()).isEqualTo(400);
  }

  @Test
  void the_life_of_a_row_comes_page_by_page() {
    var captured = wadi.captured();
    captured.insert(1, 2);
    wadi.database().execute("update " + captured.source() + " set note = 'new' where id = 1");
    wadi.database().execute("delete from " + captured.source() + " where id = 1");
    Capture.awaitCaughtUp(wadi.database());
    var path =
        "/api/events/history?event_table="
            + captured.events()
            + "&record_pk=1&table="
            + captured.source();

    var first = api.get(path + "&limit=2");
    var rest = api.get(path + "&after=" + first.text("/next_after"));

    assertThat(first.json().path("data").findValuesAsText("action"))
        .containsExactly("insert", "update");
    assertThat(first.text("/data/1/changes/note")).isEqualTo("made");
    assertThat(rest.json().path("data").findValuesAsText("action")).containsExactly("delete");
    var without = path.replace("event_table=" + captured.events() + "&", "");
    assertThat(keys(api.get(without))).containsExactly("1", "1", "1");
    assertThat(keys(api.get(without.replace(captured.source(), captured.events()))))
        .containsExactly("1", "1", "1");
    var nowhere = api.get(without.replace(captured.source(), "public.nowhere"));
    assertThat(nowhere.status()).isEqualTo(400);
    assertThat(nowhere.summary())
        .isEqualTo("Add parameter `event_table`: no event table has events of 'public.nowhere'");
    assertThat(api.get(path.replace("record_pk=1", "record_pk=")).summary())
        .isEqualTo("Parameter `record_pk` is missing");
  }

  @Test
  void a_gap_is_listed_and_closed_by_its_id() {
    var slot = wadi.name("gone_");
    wadi.database()
        .execute(
            "insert into wadi.gaps (slot, source_table, from_lsn, to_lsn, reason) values ('%s', 'public.t', '0/1', '0/A', 'table_made_anew')"
                .formatted(slot));

    var listed = row(api.get("/api/gaps"), "slot", slot);
    assertThat(listed.get("table").asText()).isEqualTo("public.t");
    assertThat(listed.get("from_lsn").asText() + listed.get("to_lsn").asText()).isEqualTo("0/10/A");
    assertThat(listed.get("closed_at").isNull()).isTrue();
    var id = listed.get("id").asText();
    assertThat(api.post("/api/gaps/" + id + "/close", "").status()).isEqualTo(204);
    assertThat(row(api.get("/api/gaps"), "slot", slot).get("closed_at").isNull()).isFalse();
    assertThat(api.post("/api/gaps/0/close", "").status()).isEqualTo(404);
    assertThat(api.post("/api/gaps/none/close", "").status()).isEqualTo(404);
  }

  @Test
  void a_quarantine_is_listed_and_its_selection_checked() {
    assertThat(api.get("/api/quarantine?pipeline=any").json().path("data")).isEmpty();
    assertThat(api.get("/api/quarantine?limit=1001").status()).isEqualTo(400);
    assertThat(api.post("/api/quarantine/replay", "{}").errors("ids"))
        .containsExactly("give either `ids` or `pipeline`");
    assertThat(api.post("/api/quarantine/discard", "{\"ids\": []}").errors("ids"))
        .containsExactly("must be 1 to 1000 ids");
    assertThat(api.post("/api/quarantine/discard", "{\"ids\": [1]}").text("/discarded"))
        .isEqualTo("0");
  }

  @Test
  void routes_that_serve_the_api_or_a_pipeline_are_not_stopped_by_it() {
    var captured = wadi.captured();

    assertThat(api.post("/api/routes/list-routes/stop", "").status()).isEqualTo(409);
    assertThat(api.post("/api/routes/" + captured.name() + "/stop", "").status()).isEqualTo(409);
    assertThat(api.post("/api/routes/nothing/stop", "").status()).isEqualTo(404);
    assertThat(row(api.get("/api/routes"), "name", captured.name()).get("state").asText())
        .isEqualTo("started");
  }

  @Test
  void what_ends_revoked_tokens_cannot_be_stopped() {
    var refused = api.post("/api/routes/refresh-tokens/stop", "");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.summary()).contains("says who is let in");
    var shown = api.get("/api/routes/refresh-tokens");
    assertThat(shown.text("/stoppable")).isEqualTo("false");
    assertThat(shown.text("/state")).isEqualTo("started");
  }

  private List<String> refused(String body, String field) {
    var refused = api.post("/api/event_tables", body);
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    return refused.errors(field);
  }

  private List<String> refusal(String source, String eventTable, String field) {
    var captured = new Captured(wadi, wadi.name("refused_"), source, eventTable);
    var refused = api.post("/api/pipelines", captured.json());
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(file(captured.name())).doesNotExist();
    return refused.errors(field);
  }

  private String filterRefusal(String filter) {
    var captured = new Captured(wadi, wadi.name("refused_"), wadi.sourceTable(), wadi.eventTable());
    var body = captured.json().replaceFirst("\\{", "{\"filters\": [" + filter + "], ");
    var refused = api.post("/api/pipelines", body);
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    return refused.errors("filters").get(0);
  }

  private static String path(Captured captured) {
    return "/api/pipelines/" + captured.name();
  }

  private Path file(String pipeline) {
    return wadi.pipelineFiles().resolve(pipeline + ".camel.yaml");
  }

  private List<String> fileNames() throws IOException {
    try (Stream<Path> files = Files.list(wadi.pipelineFiles())) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static List<String> keys(ApiClient.Reply page) {
    return page.json().path("data").findValuesAsText("record_pk");
  }

  private static JsonNode row(ApiClient.Reply list, String field, String value) {
    for (var row : list.json().path("data")) {
      if (row.path(field).asText().equals(value)) {
        return row;
      }
    }
    throw new AssertionError("no " + field + " '" + value + "' in " + list.body());
  }
}
