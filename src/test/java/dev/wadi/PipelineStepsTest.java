package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of docs/pipelines.md do what it says. */
class PipelineStepsTest {

  private static final String FAIL = "exceptionType: java.lang.IllegalStateException\nmessage: bad";

  @TempDir private Path folder;

  @Test
  void columns_are_masked_renamed_and_dropped_and_rows_filtered_by_plain_steps() throws Exception {
    var database = EmbeddedDatabase.create();
    database.execute(
        "create table people (id int primary key, email text, phone text, mail text, amount numeric)");
    Capture.createEventTable(database, "public.people_events");
    var routes = RouteFiles.copiedTo(folder);
    routes.pipeline(
        "people",
        "public.people",
        "public.people_events",
        """
        - filter:
            simple: "${body.record[amount]} <= 100"
            steps:
              - stop: {}
        - script:
            simple: "${body.record.put('phone', '***')}"
        - script:
            simple: "${body.record.put('address', ${body.record.remove('email')})}"
        - script:
            simple: "${body.record.remove('mail')}"
        """);
    try (var wadi = RunningWadi.start(database, routes).awaitStreaming()) {
      wadi.awaitPublished("public.people");
      await().until(() -> wadi.runs("people"));
      database.execute(
          "insert into people values (1, 'a@b', '1', 'x', 50), (2, 'c@d', '2', 'y', 500)");

      assertThat(wadi.events("record_pk, record - 'id'", "people_events"))
          .containsExactly("2|{\"phone\": \"***\", \"amount\": 500, \"address\": \"c@d\"}");
    }
  }

  @Test
  void old_values_are_masked_renamed_and_dropped_by_the_steps_as_documented() throws Exception {
    var events =
        eventsByDocumentedSteps(
            "(id int primary key, mail text, phone text, birthday date, note text);"
                + "alter table people replica identity full",
            "insert into people values (1, 'a@b', '1', '2000-01-01', 'x');"
                + "update people set mail = 'c@d', phone = '2', birthday = '2000-01-02';"
                + "update people set note = 'y';"
                + "delete from people");

    assertThat(events)
        .containsExactly(
            "insert|{\"note\": \"x\", \"email\": \"a@b\", \"phone\": \"***\"}|",
            "update|{\"note\": \"x\", \"email\": \"c@d\", \"phone\": \"***\"}|{\"email\": \"a@b\", \"phone\": \"***\"}",
            "update|{\"note\": \"y\", \"email\": \"c@d\", \"phone\": \"***\"}|{\"note\": \"x\"}",
            "delete|{\"note\": \"y\", \"email\": \"c@d\", \"phone\": \"***\"}|");
  }

  @Test
  void columns_that_were_not_sent_are_not_made_up_by_the_steps_as_documented() throws Exception {
    var events =
        eventsByDocumentedSteps(
            "(id int primary key, mail text, phone text, birthday date)",
            "insert into people values (1); delete from people");

    assertThat(events)
        .containsExactly("insert|{\"email\": null, \"phone\": \"***\"}|", "delete|{}|");
  }

  @Test
  void changes_of_a_row_stay_in_order_where_pipelines_name_their_event_table_in_two_ways()
      throws Exception {
    var database = EmbeddedDatabase.create();
    database.execute("create table people (id int primary key, name text)");
    Capture.createEventTable(database, "public.people_events");
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline("ends", only("insert,delete"), "public.people_events")
            .pipeline("updates", only("update"), "people_events");
    try (var wadi = RunningWadi.start(database, routes).awaitStreaming()) {
      wadi.awaitPublished("public.people");
      await().until(() -> wadi.runs("ends") && wadi.runs("updates"));
      database.execute(
          "begin; insert into people values (1, 'a'); update people set name = 'b'; delete from people; commit");

      assertThat(wadi.events("action", "people_events"))
          .containsExactly("insert", "update", "delete");
    }
  }

  /** What a pipeline does about its own failures is no failure of the batch. */
  @Test
  void error_handler_and_rollback_of_a_pipeline_end_one_change_and_not_capture() throws Exception {
    var database = EmbeddedDatabase.create();
    database.execute("create table people (id int primary key, name text)");
    Capture.createEventTable(database, "public.handled_events");
    Capture.createEventTable(database, "public.rolled_events");
    var handled =
        RouteFiles.text(
                "handled", "public.people", "public.handled_events", only("throwException", FAIL))
            .replace(
                "routeConfigurationId: pipeline-errors",
                "errorHandler:\n      deadLetterChannel:\n        deadLetterUri: log:failed?level=OFF");
    var routes =
        RouteFiles.copiedTo(folder)
            .write("handled", handled)
            .pipeline(
                "rolled",
                "public.people",
                "public.rolled_events",
                only("rollback", "markRollbackOnly: true"));
    try (var wadi = RunningWadi.start(database, routes).awaitStreaming()) {
      wadi.awaitPublished("public.people");
      await().until(() -> wadi.runs("handled") && wadi.runs("rolled"));
      database.execute("insert into people values (1, 'a'), (2, 'bad'), (3, 'c')");

      assertThat(wadi.events("record_pk", "handled_events")).containsExactly("1", "3");
      assertThat(wadi.events("record_pk", "rolled_events")).containsExactly("1", "3");
    }
  }

  @Test
  void truncate_passes_whatever_the_filters() throws Exception {
    var database = EmbeddedDatabase.create();
    database.execute("create table people (id int primary key, name text)");
    Capture.createEventTable(database, "public.people_events");
    var filter =
        "[{\\\"column\\\": \\\"name\\\", \\\"operator\\\": \\\"=\\\", \\\"value\\\": \\\"a\\\"}]";
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline(
                "people",
                only("insert,truncate") + "\"\n        filters: \"" + filter,
                "public.people_events");
    try (var wadi = RunningWadi.start(database, routes).awaitStreaming()) {
      wadi.awaitPublished("public.people");
      await().until(() -> wadi.runs("people"));
      database.execute("insert into people values (1, 'a'), (2, 'b'); truncate people");

      assertThat(wadi.events("action, record_pk", "people_events"))
          .containsExactly("insert|1", "truncate|");
    }
  }

  /** A step for the rows named bad. */
  private static String only(String step, String parameters) {
    return """
    - filter:
        simple: "${body.record[name]} == 'bad'"
        steps:
          - %s:
    %s"""
        .formatted(step, parameters.indent(10));
  }

  private List<String> eventsByDocumentedSteps(String columns, String changes) throws IOException {
    var database = EmbeddedDatabase.create();
    database.execute("create table people " + columns);
    Capture.createEventTable(database, "public.people_events");
    var routes = RouteFiles.copiedTo(folder);
    routes.pipeline("people", "public.people", "public.people_events", documentedSteps());
    try (var wadi = RunningWadi.start(database, routes).awaitStreaming()) {
      wadi.awaitPublished("public.people");
      await().until(() -> wadi.runs("people"));
      database.execute(changes);
      return wadi.events("action, record - 'id', changes", "people_events");
    }
  }

  /** What docs/pipelines.md shows, but for its last step, which keeps some rows only. */
  private static String documentedSteps() throws IOException {
    var steps =
        Pattern.compile("(?s)## Steps\n.*?```yaml\n(.*?)- filter: +# keep")
            .matcher(Files.readString(Path.of("docs/pipelines.md")));
    assertThat(steps.find()).isTrue();
    return steps.group(1);
  }

  private static String only(String actions) {
    return "public.people\"\n        actions: \"" + actions;
  }
}
