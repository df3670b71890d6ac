package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.Quickest;
import dev.wadi.kit.RouteFiles;
import dev.wadi.pipeline.Filters;
import dev.wadi.pipeline.PipelineDefinition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.management.ObjectName;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Route files are taken up, changed and removed while changes flow. */
@Tag("slow")
class PipelineFilesTest {

  private static final Duration PICKED_UP = Duration.ofSeconds(2);

  @TempDir private static Path folder;

  private static final Database DATABASE = EmbeddedDatabase.create();
  private static RouteFiles routes;
  private static RunningWadi wadi;

  @BeforeAll
  static void start() throws IOException {
    routes = RouteFiles.copiedTo(folder);
    wadi = RunningWadi.start(DATABASE, routes).awaitStreaming();
  }

  @AfterAll
  static void stop() {
    wadi.close();
  }

  @Test
  void file_is_taken_up_and_dropped_within_two_seconds() throws Exception {
    tables("quick", "quick_events");
    var added =
        Quickest.of(
            PICKED_UP,
            () -> {
              Files.deleteIfExists(wadi.file("quick"));
              await().until(() -> !wadi.runs("quick"));
              routes.pipeline("quick", "public.quick", "public.quick_events");
              return timeUntil(() -> wadi.runs("quick"));
            });
    var removed =
        Quickest.of(
            PICKED_UP,
            () -> {
              routes.pipeline("quick", "public.quick", "public.quick_events");
              await().until(() -> wadi.runs("quick"));
              Files.delete(wadi.file("quick"));
              return timeUntil(() -> !wadi.runs("quick"));
            });

    assertThat(added).isLessThan(PICKED_UP);
    assertThat(removed).isLessThan(PICKED_UP);
  }

  private static Duration timeUntil(Callable<Boolean> condition) {
    long start = System.nanoTime();
    await().pollInterval(Duration.ofMillis(20)).until(condition);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void added_file_captures_and_removed_file_no_more() throws Exception {
    tables("added", "added_events");
    routes.pipeline("added", "public.added", "public.added_events");
    await().until(() -> wadi.runs("added"));
    wadi.awaitPublished("public.added");
    DATABASE.execute("insert into added values (1, 'a')");

    assertThat(wadi.events("action, record_pk", "added_events")).containsExactly("insert|1");

    Files.delete(wadi.file("added"));
    await().until(() -> !wadi.runs("added"));
    DATABASE.execute("insert into added values (2, 'b')");

    assertThat(wadi.events("record_pk", "added_events")).containsExactly("1");
  }

  @Test
  void file_that_changes_under_load_loses_and_repeats_nothing() throws Exception {
    tables("busy", "busy_events");
    routes.pipeline("busy", "public.busy", "public.busy_events");
    wadi.awaitPublished("public.busy");
    long restarts = wadi.restarts();
    var stop = new AtomicBoolean();
    var load = CompletableFuture.runAsync(() -> insertUntil(stop, "busy"));

    for (int version = 1; version <= 12; version++) {
      var step = "- setProperty:\n    name: version\n    constant: v" + version + "\n";
      routes.pipeline("busy", "public.busy", "public.busy_events", step);
      var expected = Files.readString(wadi.file("busy"));
      await().until(() -> expected.equals(wadi.runningText("busy")));
    }
    stop.set(true);
    load.join();

    assertThat(wadi.counts("busy_events"))
        .isEqualTo(DATABASE.rows("select count(*), count(*) from busy"));
    assertThat(wadi.restarts()).isEqualTo(restarts);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          does not parse             | id: steady             | id: [steady            | line 3: is not YAML
          unknown table              | table: public.steady   | table: public.stedy    | line 8: table 'public.stedy': does not exist
          unknown event table        | table: public.steady_e | table: public.nowhere  | line 15: event table 'public.nowhere': must exist
          no event table             | table: public.steady_e | table: public.plain    | line 15: event table 'public.plain': column 'seq' must exist
          captures an event table    | table: public.steady   | table: public.steady_e | line 8: table 'public.steady_e': Source table cannot be an event table
          other id                   | id: steady             | id: other              | line 2: route id must be the file's name 'steady' (got 'other')
          unknown action             | actions: insert        | actions: upsert        | line 9: action 'upsert': must be one of
          unknown column             | # name: none             | filters: '[{"column": "colour", "operator": "=", "value": 1}]' | line 10: filter on 'colour': table 'public.steady' has no such column (has id, note)
          unknown operator           | # name: none             | filters: '[{"column": "note", "operator": "like", "value": "a"}]' | line 10: filter on 'note': operator must be one of
          wrong value                | # name: none             | filters: '[{"column": "id", "operator": ">", "value": "many"}]' | line 10: filter on 'id': 'value' must be a number (got 'many')
          misspelt parameter         | # name: none           | filter: '[]' | line 10: kamelet:change-source has no parameter 'filter'; it has table, actions, filters, backfill
          end of a parameter         | # name: none             | filters: '[{"column": "note", "operator": "=", "value": "a)&b"}]' | line 10: filters: write & after ) or } as \\u0026
          unknown placeholder        | actions: insert        | actions: '{{nothing}}' | nothing
          list of actions            | actions: insert        | actions: [insert] | line 9: 'actions' must be text
          parameter of the sink      | table: public.steady_e | tables: public.steady_e | line 15: kamelet:event-table-sink has no parameter 'tables'
          no source                  | kamelet:change-source  | timer:tick             | line 6: a pipeline must begin with kamelet:change-source (got 'timer:tick')
          no sink                    | kamelet:event-table-sink | log:x                | a pipeline must end in kamelet:event-table-sink
          unknown step               | log: log               | lug: log               | lug
          unknown bean               | log: log               | bean: {ref: nobody}  | nobody
          unknown kamelet            | log: log               | to: kamelet:nothing    | nothing
          """)
  void bad_file_is_refused_with_its_line_and_the_version_before_goes_on(
      String rule, String good, String bad, String message) throws Exception {
    if (!DATABASE.holds("select to_regclass('steady') is not null")) {
      tables("steady", "steady_e");
      tables("plain");
    }
    var text = STEADY;
    wadi.write("steady", text);
    await().until(() -> text.equals(wadi.runningText("steady")));
    wadi.awaitPublished("public.steady");

    wadi.write("steady", text.replace(good, bad));
    await().until(() -> wadi.refusal("steady").contains(message.strip()));
    assertThat(wadi.refusal("steady")).startsWith("pipeline file '" + wadi.file("steady") + "': ");

    var key = DATABASE.rows("insert into steady (note) values ('x') returning id").get(0);
    assertThat(wadi.events("record_pk", "steady_e")).endsWith(key);
    assertThat(wadi.health()).contains("streaming");
  }

  private static final String STEADY =
      """
      - route:
          id: steady
          description: A pipeline of a test.
          routeConfigurationId: pipeline-errors
          from:
            uri: kamelet:change-source
            parameters:
              table: public.steady
              actions: insert
              # name: none
            steps:
              - to:
                  uri: kamelet:event-table-sink
                  parameters:
                    table: public.steady_e
              - choice:
                  when:
                    - simple: "${body.action} == 'none'"
                      steps:
                        - log: log
      """;

  @ParameterizedTest
  @CsvSource({"threads", "wireTap", "delay", "aggregate", "seda"})
  void step_that_leaves_the_batch_is_refused(String step) throws Exception {
    var name = "leaves_" + step.toLowerCase(java.util.Locale.ROOT);
    var yaml =
        step.equals("seda") ? "- to:\n    uri: seda:later\n" : "- " + step + ":\n    id: x\n";
    routes.pipeline(name, "public.none", "public.none_events", yaml);

    await().until(() -> !wadi.refusal(name).isEmpty());
    assertThat(wadi.refusal(name))
        .contains("line 11: a change must be handled before its batch is stored: take '" + step);
    Files.delete(wadi.file(name));
  }

  @Test
  void file_that_cannot_be_read_is_refused_and_the_others_are_taken_up() throws Exception {
    tables("beside", "beside_events");
    Files.createDirectory(wadi.file("a_folder"));
    Files.createSymbolicLink(wadi.file("a_link"), Path.of("nowhere"));
    Files.write(wadi.file("a_latin"), new byte[] {'#', (byte) 0xe4, '\n'});
    wadi.write("._beside", "\0\0");
    routes.pipeline("beside", "public.beside", "public.beside_events");

    await().until(() -> wadi.runs("beside"));
    for (var name : List.of("a_folder", "a_link", "a_latin")) {
      await().until(() -> !wadi.refusal(name).isEmpty());
    }
    assertThat(wadi.refusal("a_folder")).contains("cannot be read (");
    assertThat(wadi.refusal("a_link")).contains("cannot be read (");
    assertThat(wadi.refusal("a_latin")).endsWith("must be UTF-8; save it as UTF-8");
    assertThat(wadi.refusal("._beside")).isEmpty();

    for (var name : List.of("a_folder", "a_link", "a_latin", "._beside")) {
      Files.delete(wadi.file(name));
    }
    await().until(() -> wadi.refusal("a_folder").isEmpty());
  }

  @Test
  void file_of_windows_is_read_and_changed_like_any_other() throws Exception {
    tables("windows", "windows_events");
    var text = STEADY.replace("steady_e", "windows_events").replace("steady", "windows");
    wadi.write("windows", "\ufeff" + text.replace("\n", "\r\n"));
    await().until(() -> wadi.runs("windows"));

    var stored = wadi.store().get("windows").definition();
    var filter = Filters.parse("[{\"column\": \"note\", \"operator\": \"=\", \"value\": \"a\"}]");
    wadi.store()
        .update(
            new PipelineDefinition(
                "windows", stored.tables(), stored.actions(), filter, stored.eventTable()),
            null);

    assertThat(Files.readString(wadi.file("windows")).replace("\r\n", ""))
        .contains("filters: ")
        .doesNotContain("\n");
    wadi.awaitPublished("public.windows");
    DATABASE.execute("insert into windows values (1, 'a'), (2, 'b')");
    assertThat(wadi.events("record_pk", "windows_events")).containsExactly("1");
  }

  @Test
  void folder_that_is_gone_ends_no_pipeline() throws Exception {
    tables("kept", "kept_events");
    routes.pipeline("kept", "public.kept", "public.kept_events");
    wadi.awaitPublished("public.kept");
    var folder = wadi.file("kept").getParent();
    var elsewhere = folder.resolveSibling("elsewhere");

    Files.move(folder, elsewhere);
    await().until(() -> wadi.refusal("kept").contains("the folder is gone; what runs goes on"));
    DATABASE.execute("insert into kept values (1, 'a')");
    assertThat(wadi.events("record_pk", "kept_events")).containsExactly("1");
    assertThatThrownBy(
            () ->
                wadi.store()
                    .create(
                        new PipelineDefinition(
                            "other",
                            "public.kept",
                            PipelineDefinition.DEFAULT_ACTIONS,
                            List.of(),
                            "public.kept_events")))
        .hasMessageContaining("the folder of pipeline files is gone; bring it back first");

    Files.move(elsewhere, folder);
    await().until(() -> wadi.refusal("kept").isEmpty());
    assertThat(wadi.runs("kept")).isTrue();
  }

  @Test
  void table_that_moves_to_another_file_is_captured_all_the_time() throws Exception {
    tables("moving", "moving_events");
    tables("staying", "staying_events");
    routes.pipeline("from", "public.staying,public.moving", "public.moving_events");
    wadi.awaitPublished("public.moving");
    await().until(() -> wadi.runs("from"));
    var stop = new AtomicBoolean();
    var load = CompletableFuture.runAsync(() -> insertUntil(stop, "moving"));
    await().until(() -> DATABASE.holds("exists (select from moving_events)"));

    // While the folder is away both files are changed: they are met at one look.
    var folder = wadi.file("from").getParent();
    var elsewhere = folder.resolveSibling("elsewhere");
    Files.move(folder, elsewhere);
    write(elsewhere, "from", "public.staying", "public.staying_events");
    write(elsewhere, "to", "public.moving", "public.moving_events");
    Files.move(elsewhere, folder);
    await().until(() -> wadi.runs("to") && wadi.runningText("from").contains("staying_events"));
    stop.set(true);
    load.join();

    assertThat(wadi.counts("moving_events"))
        .isEqualTo(DATABASE.rows("select count(*), count(*) from moving"));
  }

  private static void write(Path folder, String name, String table, String eventTable)
      throws IOException {
    Files.writeString(
        folder.resolve(name + ".camel.yaml"), RouteFiles.text(name, table, eventTable, ""));
  }

  @Test
  void version_that_runs_is_left_in_peace_by_one_that_cannot_start() throws Exception {
    tables("peace", "peace_events");
    routes.pipeline("peace", "public.peace", "public.peace_events");
    wadi.awaitPublished("public.peace");
    routes.pipeline(
        "peace", "public.peace", "public.peace_events", "- bean:\n    ref: noSuchBean\n");
    await().until(() -> wadi.refusal("peace").contains("noSuchBean"));
    var route = wadi.camel().getRoute("peace");

    await()
        .during(Duration.ofSeconds(3))
        .until(() -> wadi.camel().getRoute("peace") == route && wadi.runs("peace"));
    DATABASE.execute("insert into peace values (1, 'a')");
    assertThat(wadi.events("record_pk", "peace_events")).containsExactly("1");

    routes.pipeline("peace", "public.peace", "public.peace_events");
    await().until(() -> wadi.refusal("peace").isEmpty());
  }

  @Test
  void capture_waits_where_neither_version_can_start() throws Exception {
    tables("neither", "neither_events");
    var registry = wadi.camel().getRegistry();
    registry.bind("flaky", (Processor) exchange -> {});
    var step = "- process:\n    ref: flaky\n";
    routes.pipeline("neither", "public.neither", "public.neither_events", step);
    wadi.awaitPublished("public.neither");
    await().until(() -> wadi.runs("neither"));
    registry.unbind("flaky");
    var text = RouteFiles.text("neither", "public.neither", "public.neither_events", step);
    routes.write("neither", text + "# edited\n");
    await().until(() -> wadi.refusal("neither").contains("flaky"));
    DATABASE.execute("insert into neither values (1, 'a')");

    await("capture does not go on without it when it has failed once more")
        .during(Duration.ofSeconds(3))
        .until(() -> wadi.health().contains("pipeline 'neither': its route is stopped"));
    registry.bind("flaky", (Processor) exchange -> {});
    await().until(() -> wadi.refusal("neither").isEmpty());
    wadi.awaitStreaming();
    assertThat(wadi.events("record_pk", "neither_events")).containsExactly("1");
  }

  @Test
  void file_named_like_a_route_of_wadi_is_refused() throws Exception {
    routes.pipeline("capture", "public.none", "public.none_events");

    await().until(() -> wadi.refusal("capture").contains("rename the file"));
    Files.delete(wadi.file("capture"));
  }

  @Test
  void empty_file_is_refused() throws Exception {
    routes.write("empty", "");

    await().until(() -> wadi.refusal("empty").contains("is empty; write a route"));
    Files.delete(wadi.file("empty"));
  }

  @Test
  void refused_file_is_taken_up_once_its_tables_exist() throws Exception {
    routes.pipeline("early", "public.early", "public.early_events");
    await().until(() -> wadi.refusal("early").contains("does not exist"));

    tables("early", "early_events");
    await().until(() -> wadi.runs("early") && wadi.refusal("early").isEmpty());
  }

  @Test
  void two_pipelines_into_one_event_table_give_each_change_once() throws Exception {
    tables("shared", "shared_events");
    routes.pipeline("shared_one", "public.shared", "public.shared_events");
    routes.pipeline("shared_two", "public.shared", "public.shared_events");
    await().until(() -> wadi.runs("shared_one") && wadi.runs("shared_two"));
    wadi.awaitPublished("public.shared");
    DATABASE.execute("insert into shared select n, 'x' from generate_series(1, 100) n");

    assertThat(wadi.events("record_pk", "shared_events")).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void pipelines_do_not_see_what_another_changed() throws Exception {
    tables("apart", "apart_plain", "apart_masked");
    routes.pipeline(
        "apart_a",
        "public.apart",
        "public.apart_masked",
        "- script:\n    simple: \"${body.record.put('note', 'hidden')}\"\n");
    routes.pipeline("apart_b", "public.apart", "public.apart_plain");
    await().until(() -> wadi.runs("apart_a") && wadi.runs("apart_b"));
    wadi.awaitPublished("public.apart");
    DATABASE.execute("insert into apart values (1, 'secret')");

    assertThat(wadi.events("record ->> 'note'", "apart_masked")).containsExactly("hidden");
    assertThat(wadi.events("record ->> 'note'", "apart_plain")).containsExactly("secret");
  }

  @Test
  void pattern_means_later_tables_too_but_never_event_tables() throws Exception {
    DATABASE.execute("create schema shop; create table shop.first (id int primary key)");
    Capture.createEventTable(DATABASE, "shop.events");
    routes.pipeline("shop", "shop.*", "shop.events");
    wadi.awaitPublished("shop.first");
    DATABASE.execute("create table shop.\"Second, one\" (id int primary key)");
    wadi.awaitPublished("shop.\"Second, one\"");
    DATABASE.execute(
        "insert into shop.first values (1); insert into shop.\"Second, one\" values (2)");

    assertThat(wadi.events("source_table_name, record_pk", "shop.events"))
        .containsExactly("first|1", "Second, one|2");
    assertThat(
            DATABASE.rows("select tablename from pg_publication_tables where schemaname = 'shop'"))
        .doesNotContain("events");
  }

  @Test
  void several_tables_and_names_of_any_kind_are_captured() throws Exception {
    DATABASE.execute("create schema \"Магазин. Ё\"");
    DATABASE.execute(
        "create table \"Магазин. Ё\".\"a \"\"b\"\" %41+c&d=e#f?{}\" (id int primary key)");
    DATABASE.execute("create table public.\"plain,comma\" (id int primary key)");
    Capture.createEventTable(DATABASE, "\"Магазин. Ё\".\"Events & more\"");
    var sources = "\"Магазин. Ё\".\"a \"\"b\"\" %41+c&d=e#f?{}\",public.\"plain,comma\"";
    routes.pipeline(
        "names",
        sources.replace("\"", "\\\""),
        "\"Магазин. Ё\".\"Events & more\"".replace("\"", "\\\""));
    await().until(() -> wadi.runs("names"));
    await("both are published, one after the other")
        .until(
            () ->
                DATABASE.holds(
                    "select count(*) = 2 from pg_publication_tables where tablename in"
                        + " ('plain,comma', 'a \"b\" %41+c&d=e#f?{}')"));
    DATABASE.execute("insert into \"Магазин. Ё\".\"a \"\"b\"\" %41+c&d=e#f?{}\" values (1)");
    DATABASE.execute("insert into public.\"plain,comma\" values (2)");

    assertThat(wadi.events("source_table_name, record_pk", "\"Магазин. Ё\".\"Events & more\""))
        .containsExactly("a \"b\" %41+c&d=e#f?{}|1", "plain,comma|2");
  }

  @Test
  void hundred_pipelines_over_hundred_tables_join_under_load() throws Exception {
    Capture.createEventTable(DATABASE, "public.many_events");
    for (int n = 0; n < 100; n++) {
      tables("many_" + n);
    }
    tables("running", "running_events");
    routes.pipeline("running", "public.running", "public.running_events");
    wadi.awaitPublished("public.running");
    long restarts = wadi.restarts();
    var stop = new AtomicBoolean();
    var load = CompletableFuture.runAsync(() -> insertUntil(stop, "running"));

    for (int n = 0; n < 100; n++) {
      routes.pipeline("many_" + n, "public.many_" + n, "public.many_events");
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                DATABASE.number(
                        "select count(*) from pg_publication_tables where tablename like"
                            + " 'many\\_%'")
                    == 100);
    for (int n = 0; n < 100; n++) {
      DATABASE.execute("insert into many_" + n + " values (" + n + ", 'x')");
    }
    stop.set(true);
    load.join();

    assertThat(wadi.counts("many_events")).containsExactly("100|100");
    assertThat(wadi.counts("running_events"))
        .isEqualTo(DATABASE.rows("select count(*), count(*) from running"));
    assertThat(wadi.restarts()).isEqualTo(restarts);
  }

  @Test
  void reloading_leaves_nothing_behind() throws Exception {
    tables("again", "again_events");
    reload("again", 1);
    int routesBefore = wadi.camel().getRoutes().size();
    int endpointsBefore = wadi.camel().getEndpoints().size();
    int beansBefore = beans();

    for (int version = 2; version <= 12; version++) {
      reload("again", version);
    }

    assertThat(wadi.camel().getRoutes()).hasSize(routesBefore);
    assertThat(wadi.camel().getEndpoints()).hasSize(endpointsBefore);
    // Threads of other parts come and go; a leak would show eleven times.
    assertThat(beans()).isLessThan(beansBefore + 11);
  }

  private static void reload(String name, int version) throws Exception {
    var step = "- to:\n    uri: log:" + name + "?level=OFF&marker=v" + version + "\n";
    routes.pipeline(name, "public." + name, "public." + name + "_events", step);
    var expected = Files.readString(wadi.file(name));
    await().until(() -> expected.equals(wadi.runningText(name)));
  }

  private static int beans() throws Exception {
    return ManagementFactory.getPlatformMBeanServer()
        .queryNames(new ObjectName("org.apache.camel:*"), null)
        .size();
  }

  private static void tables(String table, String... eventTables) {
    DATABASE.execute(
        "create table "
            + table
            + " (id bigint generated by default as identity primary key, note text)");
    for (var eventTable : eventTables) {
      Capture.createEventTable(DATABASE, "public." + eventTable);
    }
  }

  /** At most some 40 times a second. */
  private static void insertUntil(AtomicBoolean stop, String table) {
    while (!stop.get()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(25));
      DATABASE.execute("insert into " + table + " (note) select 'x' from generate_series(1, 20)");
    }
  }
}
