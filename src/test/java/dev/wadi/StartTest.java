package dev.wadi;

import static java.util.concurrent.CompletableFuture.runAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Capture does not begin without a pipeline whose changes it would pass by. */
@Tag("slow")
class StartTest {

  @TempDir private Path folder;

  private final EmbeddedDatabase database = EmbeddedDatabase.create();

  @Test
  void capture_waits_for_a_file_that_cannot_be_loaded_and_loses_nothing() throws IOException {
    for (var table : new String[] {"good", "bad"}) {
      database.execute("create table " + table + " (id int primary key)");
      Capture.createEventTable(database, "public." + table + "_events");
    }
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline("good", "public.good", "public.good_events")
            .pipeline("bad", "public.bad", "public.bad_events");
    var environment = WadiEnvironment.of(database, routes);
    WadiInside.start(environment).awaitStreaming().close();
    var file = routes.folder().resolve("pipelines").resolve("bad.camel.yaml");
    var text = Files.readString(file);
    Files.writeString(file, text.replace("kamelet:event-table-sink", "kamelet:no-such-sink"));
    database.execute("insert into good values (1); insert into bad values (1)");

    try (var wadi = WadiInside.start(environment)) {
      var waiting = wadi.awaitWaiting();
      assertThat(waiting.body())
          .contains("bad.camel.yaml")
          .contains("a pipeline must end in kamelet:event-table-sink");
      database.execute("insert into good values (2); insert into bad values (2)");
      assertThat(database.rows("select * from good_events")).isEmpty();

      Files.writeString(file, text);

      wadi.awaitStreaming();
      Capture.awaitCaughtUp(database);
      assertThat(database.rows("select record_pk from good_events order by id"))
          .containsExactly("1", "2");
      assertThat(database.rows("select record_pk from bad_events order by id"))
          .containsExactly("1", "2");
    }
  }

  @Test
  void capture_waits_for_a_folder_that_is_not_there_and_loses_nothing() throws Exception {
    var environment = environment("good", "public.good");
    WadiInside.start(environment).awaitStreaming().close();
    var folder = Path.of(environment.get("WADI_ROUTES")).resolve("pipelines");
    var elsewhere = folder.resolveSibling("elsewhere");
    Files.move(folder, elsewhere);
    database.execute("insert into good values (1)");

    try (var wadi = WadiInside.start(environment)) {
      assertThat(wadi.awaitWaiting().body()).contains("pipelines' is not there although tables");
      Files.move(elsewhere, folder);

      wadi.awaitStreaming();
      Capture.awaitCaughtUp(database);
      assertThat(database.rows("select record_pk from good_events")).containsExactly("1");
    }
  }

  @Test
  void capture_waits_for_a_filter_that_cannot_be_told_and_loses_nothing() throws Exception {
    var environment =
        environment("good", "public.good\"\n        filters: \"" + filter("id", "\\\"abc\\\""));
    var file = Path.of(environment.get("WADI_ROUTES"), "pipelines", "good.camel.yaml");
    var text = Files.readString(file);
    Files.writeString(file, text.replace("abc", "1"));
    WadiInside.start(environment).awaitStreaming().close();
    Files.writeString(file, text);
    database.execute("insert into good values (1)");

    try (var wadi = WadiInside.start(environment)) {
      assertThat(wadi.awaitWaiting().body()).contains("must be a number (got 'abc')");
      Files.writeString(file, text.replace("abc", "1"));

      wadi.awaitStreaming();
      Capture.awaitCaughtUp(database);
      assertThat(database.rows("select record_pk from good_events")).containsExactly("1");
    }
  }

  private static String filter(String column, String value) {
    return "[{\\\"column\\\": \\\"%s\\\", \\\"operator\\\": \\\"=\\\", \\\"value\\\": %s}]"
        .formatted(column, value);
  }

  @Test
  void filters_hold_for_a_column_that_was_renamed_before_its_changes_were_read() throws Exception {
    var filter = filter("state", "\\\"open\\\"");
    var environment = environment("good", "public.good\"\n        filters: \"" + filter);
    database.execute("alter table good add column state text");
    WadiInside.start(environment).awaitStreaming().close();
    // One transaction, so that both shapes of the table are in one batch.
    database.execute(
        """
        begin;
        insert into good values (1, 'open'), (2, 'closed');
        alter table good rename column state to status;
        update good set status = 'other' where id = 1;
        commit
        """);

    try (var wadi = WadiInside.start(environment)) {
      wadi.awaitStreaming();
      Capture.awaitCaughtUp(database);
      assertThat(database.rows("select record_pk from good_events")).containsExactly("1");
    }
  }

  @Test
  void who_calls_while_it_starts_or_stops_is_told_to_try_again() throws Exception {
    var environment = environment("good", "public.good");
    environment.put("WADI_API_TOKEN", WadiForApi.TOKEN);
    String token;
    try (var first = WadiInside.start(environment)) {
      first.awaitStreaming();
      var url = "http://127.0.0.1:" + environment.get("WADI_HTTP_PORT");
      var made = new ApiClient(url, WadiForApi.TOKEN).post("/api/tokens", "{\"name\": \"caller\"}");
      token = made.text("/token");
    }
    var answers = new ConcurrentSkipListSet<String>();
    var asking = new AtomicBoolean(true);
    var threads = Executors.newCachedThreadPool();
    var callers =
        Stream.of("HTTP /api/streams", "HTTP /health", "MANAGEMENT /observe/health/live")
            .map(call -> runAsync(() -> ask(environment, token, call, asking, answers), threads))
            .toList();

    try (var wadi = WadiInside.start(environment)) {
      wadi.awaitStreaming();
      await("all are let in")
          .until(() -> answers.stream().filter(each -> each.endsWith(" 200")).count() == 3);
    } finally {
      asking.set(false);
      callers.forEach(CompletableFuture::join);
      threads.shutdown();
    }

    assertThat(answers).allMatch(each -> each.matches(".* (200|503)"));
  }

  private static void ask(
      Map<String, String> environment,
      String token,
      String call,
      AtomicBoolean asking,
      Set<String> answers) {
    var parts = call.split(" ");
    var url = "http://127.0.0.1:" + environment.get("WADI_" + parts[0] + "_PORT");
    var api = new ApiClient(url, token);
    while (asking.get()) {
      try {
        answers.add(call + " " + api.get(parts[1]).status());
      } catch (IllegalStateException e) {
        // It does not listen.
      }
    }
  }

  private Map<String, String> environment(String table, String source) throws IOException {
    database.execute("create table " + table + " (id int primary key)");
    Capture.createEventTable(database, "public." + table + "_events");
    var routes = RouteFiles.copiedTo(folder).pipeline(table, source, "public." + table + "_events");
    return WadiEnvironment.of(database, routes);
  }
}
