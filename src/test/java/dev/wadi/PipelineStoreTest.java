package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.pipeline.Filters;
import dev.wadi.pipeline.PipelineDefinition;
import dev.wadi.pipeline.PipelineRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API does to pipelines: create, change, pause, resume, replay, delete. */
@Tag("slow")
class PipelineStoreTest {

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
  void created_pipeline_runs_changes_by_etag_and_leaves_with_its_file() throws Exception {
    tables("life");
    var created = wadi.store().create(definition("life", ""));
    assertThat(wadi.runs("life")).isTrue();
    assertThat(wadi.store().get("life")).isEqualTo(created);
    wadi.awaitPublished("public.life");
    assertThat(wadi.store().list()).contains(created);

    var filtered =
        definition("life", "[{\"column\": \"note\", \"operator\": \"=\", \"value\": \"keep\"}]");
    var updated = wadi.store().update(filtered, created.etag());
    DATABASE.execute("insert into life values (1, 'keep'), (2, 'drop'), (3, null)");
    assertThat(wadi.events("record_pk", "life_events")).containsExactly("1");
    assertThat(wadi.status("life").events()).isEqualTo(1);
    assertThat(wadi.status("life").undecided()).isEqualTo(1);
    assertThat(wadi.status("life").lastCommittedAt()).isNotNull();

    assertThatThrownBy(() -> wadi.store().update(filtered, created.etag()))
        .isInstanceOfSatisfying(
            PipelineRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(PipelineRefusedException.Reason.OUTDATED));
    wadi.store().delete("life", updated.etag());
    assertThat(wadi.file("life")).doesNotExist();
    assertThat(wadi.runs("life")).isFalse();
  }

  @Test
  void refused_definition_leaves_no_file() throws Exception {
    tables("taken");
    wadi.store().create(definition("taken", ""));
    assertThatThrownBy(() -> wadi.store().create(definition("taken", "")))
        .hasMessageContaining("name: has already been taken");
    var bad =
        new PipelineDefinition(
            "bad", "public.nothing", List.of("insert"), List.of(), "public.taken");
    assertThatThrownBy(() -> wadi.store().create(bad))
        .isInstanceOfSatisfying(
            PipelineRefusedException.class,
            e -> assertThat(e.problems()).containsOnlyKeys("source.table", "destination.table"));
    assertThatThrownBy(
            () ->
                wadi.store()
                    .create(
                        new PipelineDefinition(
                            "bad", "wadi.positions", List.of(), List.of(), "public.taken_events")))
        .isInstanceOfSatisfying(
            PipelineRefusedException.class,
            e -> assertThat(e.problems()).containsOnlyKeys("actions"));
    assertThatThrownBy(
            () ->
                wadi.store()
                    .create(
                        new PipelineDefinition(
                            "bad",
                            "wadi.positions",
                            List.of("insert"),
                            List.of(),
                            "public.taken_events")))
        .hasMessageContaining("is in Wadi's own schema");
    assertThat(wadi.file("bad")).doesNotExist();
    try (var files = Files.list(wadi.file("bad").getParent())) {
      assertThat(files).allMatch(file -> file.toString().endsWith(".camel.yaml"));
    }
  }

  @Test
  void pipeline_whose_file_is_refused_is_shown_with_the_reason() throws Exception {
    tables("odd", "odd_more");
    var created = wadi.store().create(definition("odd", ""));
    wadi.write("odd", "- route: [");
    wadi.write("broken", "- route: [");
    wadi.write(
        "forked",
        created.text().replace("id: odd", "id: forked")
            + "        - to: kamelet:event-table-sink?table=public.odd_more_events\n");
    await().until(() -> wadi.runs("forked") && !wadi.refusal("broken").isEmpty());
    await().until(() -> !wadi.refusal("odd").isEmpty());

    assertThat(wadi.store().list())
        .extracting(pipeline -> pipeline.definition().name())
        .contains("broken", "forked", "odd");
    assertThat(wadi.store().get("broken").definition().tables()).isEmpty();
    assertThat(wadi.store().get("broken").text()).isEqualTo("- route: [");
    assertThat(wadi.status("broken").state()).isEqualTo("error");
    assertThat(wadi.status("broken").warnings().get(0)).contains("is not YAML");
    assertThat(wadi.store().get("odd").definition()).isEqualTo(created.definition());
    assertThat(wadi.status("odd").state()).isEqualTo("streaming");
    assertThat(wadi.status("odd").warnings().get(0)).endsWith("; the version before goes on");
    assertThat(wadi.store().get("forked").definition().eventTable()).isEqualTo("public.odd_events");
    Files.delete(wadi.file("broken"));
  }

  @Test
  void a_folder_that_cannot_be_written_is_said_with_what_mends_it() throws Exception {
    tables("unwritable");
    var inTheWay = wadi.file("unwritable").resolveSibling(".unwritable.unfinished");
    Files.createDirectories(inTheWay.resolve("more"));

    assertThatThrownBy(() -> wadi.store().create(definition("unwritable", "")))
        .isInstanceOf(PipelineRefusedException.class)
        .hasMessageContaining("its file cannot be changed (")
        .hasMessageContaining("let Wadi write into the folder of pipelines");

    Files.delete(inTheWay.resolve("more"));
    Files.delete(inTheWay);
  }

  @Test
  void paused_pipeline_keeps_its_changes_and_delivers_them_once_and_in_order() throws Exception {
    tables("halt", "other");
    wadi.store().create(definition("halt", ""));
    wadi.store().create(definition("other", ""));
    wadi.awaitPublished("public.halt");
    wadi.awaitPublished("public.other");

    wadi.store().pause("halt");
    DATABASE.execute("insert into halt select n, 'x' from generate_series(1, 9000) n");
    DATABASE.execute("update halt set note = 'y' where id = 1; insert into other values (1, 'x')");
    assertThat(wadi.events("record_pk", "other_events")).containsExactly("1");
    assertThat(wadi.counts("halt_events")).containsExactly("0|0");
    assertThat(wadi.status("halt").state()).isEqualTo("paused");
    assertThat(wadi.status("halt").kept()).isEqualTo(9001);
    assertThatThrownBy(() -> wadi.store().delete("halt", null))
        .hasMessageContaining("holds 9001 changes");

    var load =
        CompletableFuture.runAsync(
            () ->
                IntStream.rangeClosed(9_001, 9_200)
                    .forEach(n -> DATABASE.execute("insert into halt values (" + n + ", 'z')")));
    wadi.store().resume("halt");
    load.join();
    await().atMost(RunningWadi.LIMIT).until(() -> wadi.status("halt").state().equals("streaming"));

    assertThat(wadi.status("halt").kept()).isZero();
    assertThat(wadi.counts("halt_events")).containsExactly("9201|9200");
    assertThat(
            DATABASE.number(
                "select count(*) from (select committed_at < lag(committed_at) over (order by id)"
                    + " or source_lsn < lag(source_lsn) over (order by id) as back from"
                    + " halt_events) e where back"))
        .isZero();
  }

  @Test
  void quarantined_change_is_replayed_once_its_pipeline_is_mended_or_discarded() throws Exception {
    tables("sick");
    routes.pipeline(
        "sick",
        "public.sick",
        "public.sick_events",
        "- throwException:\n"
            + "    exceptionType: java.lang.IllegalStateException\n"
            + "    message: no good\n");
    await().until(() -> wadi.runs("sick"));
    wadi.awaitPublished("public.sick");
    DATABASE.execute("insert into sick values (1, 'a'), (2, 'b'), (3, 'c')");
    assertThat(wadi.counts("sick_events")).containsExactly("0|0");
    var list = wadi.quarantine().list("sick", 0, 10);
    assertThat(list).hasSize(3);
    assertThat(list.get(0).error()).contains("no good");
    assertThat(wadi.status("sick").quarantined()).isEqualTo(3);

    assertThat(wadi.quarantine().replay(List.of(list.get(0).id()))).isEqualTo(1);
    await().until(() -> wadi.status("sick").quarantined() == 3 && wadi.status("sick").kept() == 0);

    routes.pipeline("sick", "public.sick", "public.sick_events");
    await().until(() -> !wadi.runningText("sick").contains("throwException"));
    assertThat(wadi.quarantine().discard(List.of(list.get(2).id()))).isEqualTo(1);
    assertThat(wadi.quarantine().replayAll("sick")).isEqualTo(2);
    await().until(() -> wadi.status("sick").kept() == 0);
    await().until(() -> wadi.status("sick").state().equals("streaming"));
    assertThat(DATABASE.rows("select record_pk from sick_events order by record_pk"))
        .containsExactly("1", "2");
    assertThat(wadi.status("sick").quarantined()).isZero();
  }

  @Test
  void event_log_that_hangs_holds_up_a_change_for_some_seconds_and_nobody_who_reads()
      throws Exception {
    tables("stuck", "late");
    wadi.store().create(definition("stuck", ""));
    wadi.awaitPublished("public.stuck");
    try (var blocker = DATABASE.connect()) {
      blocker.setAutoCommit(false);
      blocker.createStatement().execute("lock table stuck_events in share mode");
      DATABASE.execute("insert into stuck values (1, 'a')");
      await()
          .until(
              () ->
                  DATABASE.holds(
                      "exists (select from pg_locks where not granted and relation ="
                          + " 'stuck_events'::regclass)"));

      var created =
          CompletableFuture.supplyAsync(
              () -> catchThrowable(() -> wadi.store().create(definition("late", ""))));
      assertThat(wadi.store().get("stuck").definition().name()).isEqualTo("stuck");
      assertThat(wadi.store().list()).isNotEmpty();
      assertThat(created.isDone()).isFalse();
      assertThat(created.get(120, TimeUnit.SECONDS))
          .hasMessageContaining(
              "pipeline 'late': cannot be changed now: a batch has been on its way");
    }
    assertThat(wadi.file("late")).doesNotExist();
    assertThat(wadi.events("record_pk", "stuck_events")).containsExactly("1");
  }

  @Test
  void quarantined_changes_of_another_slot_are_left_alone() throws Exception {
    tables("mine");
    wadi.store().create(definition("mine", ""));
    DATABASE.execute(
        """
        insert into wadi.quarantined_changes (
          slot, pipeline, source_table_oid, source_table_schema, source_table_name, action, record_pk, record,
          committed_at, source_lsn, source_lsn_ordinal, transaction_id, error
        )
        values ('another', 'mine', 1, 'public', 'mine', 'insert', '1', '{}', now(), '0/1', 0, 1, 'refused')
        """);
    long id = DATABASE.number("select id from wadi.quarantined_changes where slot = 'another'");

    assertThat(wadi.quarantine().list("mine", 0, 10)).isEmpty();
    assertThat(wadi.status("mine").quarantined()).isZero();
    assertThat(wadi.quarantine().replay(List.of(id))).isZero();
    assertThat(wadi.quarantine().replayAll("mine")).isZero();
    assertThat(wadi.quarantine().discard(List.of(id))).isZero();
    assertThat(wadi.quarantine().discardAll("mine")).isZero();
  }

  @Test
  void filter_that_a_delete_cannot_meet_is_warned_about_and_met_with_identity_full()
      throws Exception {
    tables("gone");
    wadi.store()
        .create(
            definition("gone", "[{\"column\": \"note\", \"operator\": \"in\", \"value\": \"x\"}]"));
    wadi.awaitPublished("public.gone");
    assertThat(wadi.status("gone").warnings())
        .anyMatch(
            text -> text.contains("so no delete passes; run: alter table \"public\".\"gone\""));

    DATABASE.execute("insert into gone values (1, 'x'), (2, 'x'); delete from gone where id = 1");
    DATABASE.execute("alter table gone replica identity full");
    DATABASE.execute("delete from gone where id = 2");

    assertThat(wadi.events("action, record_pk", "gone_events"))
        .containsExactly("insert|1", "insert|2", "delete|2");
    assertThat(wadi.status("gone").warnings()).isEmpty();
  }

  @Test
  void partitions_are_named_in_the_remedy_and_tables_that_a_filter_does_not_fit_let_nothing_pass()
      throws Exception {
    DATABASE.execute(
        """
        create schema parts;
        create table parts.whole (id int primary key, note text) partition by list (id);
        create table parts.one partition of parts.whole for values in (1);
        create table parts.other (id int primary key);
        create table parts.listed (id int primary key, note text[]);
        """);
    Capture.createEventTable(DATABASE, "parts.events");
    var filter = "[{\"column\": \"note\", \"operator\": \"!=\", \"value\": \"a\"}]";

    assertThatCode(
            () ->
                wadi.store()
                    .create(
                        new PipelineDefinition(
                            "parts",
                            "parts.*",
                            List.of("insert"),
                            Filters.parse(filter),
                            "parts.events")))
        .doesNotThrowAnyException();

    await().until(() -> !wadi.status("parts").warnings().isEmpty());
    assertThat(wadi.status("parts").warnings())
        .anyMatch(text -> text.endsWith("; run: alter table parts.one replica identity full;"))
        .contains(
            "filter on 'note': table 'parts.other' has no such column (has id); none of its changes"
                + " passes");
    wadi.awaitPublished("parts.listed");
    DATABASE.execute(
        """
        insert into parts.listed values (1, '{b}');
        insert into parts.other values (2);
        insert into parts.whole values (1, 'b');
        """);
    assertThat(wadi.events("source_table_name, record_pk", "parts.events"))
        .containsExactly("whole|1");
  }

  @Test
  void changes_kept_by_a_pipeline_whose_file_is_gone_are_no_later_ones() throws Exception {
    tables("orphan");
    wadi.store().create(definition("orphan", ""));
    wadi.awaitPublished("public.orphan");
    wadi.store().pause("orphan");
    DATABASE.execute("insert into orphan values (1, 'x')");
    Capture.awaitCaughtUp(DATABASE);
    Files.delete(wadi.file("orphan"));
    await().until(() -> !wadi.runs("orphan"));

    assertThatThrownBy(() -> wadi.store().create(definition("orphan", "")))
        .hasMessageContaining("1 changes are left that one of that name kept");
    assertThat(wadi.store().discardKept("orphan")).isEqualTo(1);
    assertThatThrownBy(() -> wadi.store().discardKept("orphan"))
        .hasMessageContaining("does not exist");
    wadi.store().create(definition("orphan", ""));
    DATABASE.execute("insert into orphan values (2, 'x')");
    assertThat(wadi.events("record_pk", "orphan_events")).containsExactly("2");
  }

  @Test
  void new_pipeline_has_neither_pause_nor_backfill_of_one_whose_file_was_removed()
      throws Exception {
    tables("heir");
    DATABASE.execute("insert into heir values (1, 'x')");
    var heir =
        new PipelineDefinition(
            "heir",
            "public.heir",
            PipelineDefinition.DEFAULT_ACTIONS,
            List.of(),
            "public.heir_events",
            true);
    for (int round = 1; round <= 2; round++) {
      var reads = "select count(*) = " + round + " from heir_events where action = 'read'";
      wadi.store().create(heir);
      assertThat(wadi.status("heir").state()).isEqualTo("streaming");
      await(reads).until(() -> DATABASE.holds(reads));
      wadi.store().pause("heir");
      Files.delete(wadi.file("heir"));
      await().until(() -> !wadi.runs("heir"));
    }
  }

  @Test
  void backfill_of_a_pipeline_with_several_event_tables_is_started() throws Exception {
    tables("twofold", "second");
    DATABASE.execute("insert into twofold values (1, 'x')");
    wadi.write(
        "twofold",
        RouteFiles.text(
            "twofold",
            "public.twofold",
            "public.twofold_events",
            "- to:\n    uri: kamelet:event-table-sink\n    parameters:\n      table: public.second_events\n"));
    await().until(() -> wadi.runs("twofold"));
    wadi.awaitPublished("public.twofold");

    wadi.store().startBackfill("twofold");

    for (var eventTable : List.of("twofold_events", "second_events")) {
      await(eventTable)
          .atMost(RunningWadi.LIMIT)
          .until(() -> DATABASE.holds("exists (select from " + eventTable + ")"));
      assertThat(DATABASE.rows("select action, record_pk from " + eventTable))
          .containsExactly("read|1");
    }
  }

  private static PipelineDefinition definition(String table, String filters) {
    return new PipelineDefinition(
        table,
        "public." + table,
        PipelineDefinition.DEFAULT_ACTIONS,
        Filters.parse(filters),
        "public." + table + "_events");
  }

  private static void tables(String... tables) {
    for (var table : tables) {
      DATABASE.execute("create table " + table + " (id bigint primary key, note text)");
      Capture.createEventTable(DATABASE, "public." + table + "_events");
    }
  }
}
