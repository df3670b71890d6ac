package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which events the statements of an application become. */
@Tag("slow")
class RowChangesTest {

  private static final String TABLES =
      """
      create table plain (id int primary key, a text);
      create table whole (id int primary key deferrable, a text default 'dflt', n numeric);
      alter table whole replica identity full;
      create table composite (a text, b text, v int, primary key (a, b));
      create table covered (id int, note text, primary key (id) include (note));
      alter table covered replica identity full;
      create table parent (id int primary key);
      create table child (id int primary key, parent int references parent on delete cascade);
      create table edited (id int primary key, a text);
      create function edit() returns trigger language plpgsql as
        $$ begin new.a := upper(new.a); return new; end $$;
      create trigger edit before insert or update on edited for each row execute function edit();
      create table "Тест ""q"" a.b" ("id" int primary key, "Id" int, "ключ" text, "a b" text, "a.b" text,
                                     "q""q" text, ""\"x""\" text);
      create table щщщщщщщщщщщщщщщщщщщщщщщщщщщщщщщx (id int primary key);
      create table documents (id int primary key, j json);
      create table part (id int, region text, v int, primary key (id, region)) partition by list (region);
      create table part_a partition of part for values in ('a');
      create table part_b partition of part for values in ('b');
      """;

  private static CapturedTables captured;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    captured =
        CapturedTables.start(
            folder,
            TABLES,
            List.of(
                "plain",
                "whole",
                "composite",
                "covered",
                "parent",
                "child",
                "edited",
                "documents",
                "part",
                "public.\"Тест \"\"q\"\" a.b\"",
                "щщщщщщщщщщщщщщщщщщщщщщщщщщщщщщщx"));
  }

  @AfterAll
  static void stop() {
    captured.close();
  }

  @Test
  void changed_key_is_one_update() {
    assertThat(
            captured.eventsOf(
                "insert into plain values (9, 'x')", "update plain set id = 95 where id = 9"))
        .containsExactly(
            "insert|9|{\"a\": \"x\", \"id\": 9}||",
            "update|95|{\"a\": \"x\", \"id\": 95}|{\"id\": 9}|");
  }

  @Test
  void keys_swapped_in_one_statement_are_two_updates() {
    captured.eventsOf("insert into whole (id, a) values (1, 'one'), (2, 'two')");
    assertThat(captured.eventsOf("update whole set id = 3 - id where id in (1, 2)"))
        .containsExactly(
            "update|2|{\"a\": \"one\", \"n\": null, \"id\": 2}|{\"id\": 1}|",
            "update|1|{\"a\": \"two\", \"n\": null, \"id\": 1}|{\"id\": 2}|");
  }

  @Test
  void composite_key_is_joined_unambiguously_and_may_change_in_part() {
    assertThat(
            captured.eventsOf(
                "insert into composite values ('x,y', 'z', 1), ('x', 'y,z', 2), ('\\', '', 3)",
                "update composite set b = 'w' where v = 1"))
        .containsExactly(
            "insert|x\\,y,z|{\"a\": \"x,y\", \"b\": \"z\", \"v\": 1}||",
            "insert|x,y\\,z|{\"a\": \"x\", \"b\": \"y,z\", \"v\": 2}||",
            "insert|\\\\,|{\"a\": \"\\\\\", \"b\": \"\", \"v\": 3}||",
            "update|x\\,y,w|{\"a\": \"x,y\", \"b\": \"w\", \"v\": 1}|{\"b\": \"z\"}|");
  }

  @Test
  void column_that_the_index_of_the_key_merely_includes_is_no_key() {
    assertThat(
            captured.eventsOf(
                "insert into covered values (1, 'a')", "update covered set note = 'b'"))
        .containsExactly(
            "insert|1|{\"id\": 1, \"note\": \"a\"}||",
            "update|1|{\"id\": 1, \"note\": \"b\"}|{\"note\": \"a\"}|");
    captured.database().execute("alter table covered replica identity default");
    assertThat(captured.eventsOf("update covered set note = 'c'", "delete from covered"))
        .containsExactly("update|1|{\"id\": 1, \"note\": \"c\"}||", "delete|1|{\"id\": 1}||");
  }

  @Test
  void on_conflict_is_what_it_did() {
    assertThat(
            captured.eventsOf(
                "insert into plain values (20, 'x')",
                "insert into plain values (20, 'y') on conflict do nothing",
                "insert into plain values (20, 'y') on conflict (id) do update set a = excluded.a"))
        .containsExactly(
            "insert|20|{\"a\": \"x\", \"id\": 20}||", "update|20|{\"a\": \"y\", \"id\": 20}||");
  }

  @Test
  void merge_is_what_its_arms_did() {
    assumeTrue(
        captured.database().number("select current_setting('server_version_num')") >= 150000);
    captured.eventsOf("insert into plain values (31, 'gone'), (32, 'old')");
    assertThat(
            captured.eventsOf(
                """
                merge into plain p using (values (31, null), (32, 'new'), (33, 'made')) as s (id, a)
                   on p.id = s.id
                 when matched and s.a is null then delete
                 when matched then update set a = s.a
                 when not matched then insert values (s.id, s.a)
                """))
        .containsExactlyInAnyOrder(
            "delete|31|{\"id\": 31}||",
            "update|32|{\"a\": \"new\", \"id\": 32}||",
            "insert|33|{\"a\": \"made\", \"id\": 33}||");
  }

  @Test
  void cascade_is_the_parent_and_then_its_children() {
    captured.eventsOf(
        "insert into parent values (1)", "insert into child values (1,1),(2,1),(3,1)");
    assertThat(captured.eventsOf("delete from parent where id = 1"))
        .containsExactly(
            "delete|1|{\"id\": 1}||",
            "delete|1|{\"id\": 1}||",
            "delete|2|{\"id\": 2}||",
            "delete|3|{\"id\": 3}||");
  }

  @Test
  void record_is_what_a_trigger_made_of_the_row() {
    assertThat(captured.eventsOf("insert into edited values (1, 'x')"))
        .containsExactly("insert|1|{\"a\": \"X\", \"id\": 1}||");
  }

  @Test
  void what_a_savepoint_took_back_did_not_happen() {
    assertThat(
            captured.eventsOf(
                """
                begin; insert into plain values (41); savepoint s; insert into plain values (42);
                rollback to s; insert into plain values (43); commit
                """))
        .containsExactly(
            "insert|41|{\"a\": null, \"id\": 41}||", "insert|43|{\"a\": null, \"id\": 43}||");
  }

  @Test
  void blocks_that_raised_did_not_happen() {
    var events =
        captured.eventsOf(
            """
            do $$ begin
              for i in 1..100 loop
                begin
                  insert into plain values (1000 + i);
                  if i % 2 = 0 then raise exception 'no'; end if;
                exception when raise_exception then null;
                end;
              end loop;
            end $$
            """);
    assertThat(events)
        .containsExactlyElementsOf(
            IntStream.range(0, 50)
                .map(i -> 1001 + 2 * i)
                .mapToObj(i -> "insert|%d|{\"a\": null, \"id\": %d}||".formatted(i, i))
                .toList());
  }

  @Test
  void prepared_transaction_happens_when_it_is_committed() {
    assertThat(
            captured.eventsOf(
                "begin; insert into plain values (51, 'late'); prepare transaction 'one'",
                "insert into plain values (52, 'early')",
                "commit prepared 'one'",
                "begin; insert into plain values (53); prepare transaction 'two'",
                "rollback prepared 'two'"))
        .containsExactly(
            "insert|52|{\"a\": \"early\", \"id\": 52}||",
            "insert|51|{\"a\": \"late\", \"id\": 51}||");
  }

  @Test
  void interleaved_transactions_come_in_the_order_of_their_commits() throws SQLException {
    captured.skipEvents();
    try (var first = captured.database().connect();
        var second = captured.database().connect()) {
      first.setAutoCommit(false);
      first.createStatement().execute("insert into plain values (61)");
      second.createStatement().execute("insert into plain values (62)");
      first.createStatement().execute("insert into plain values (63)");
      first.commit();
    }
    assertThat(captured.newEvents())
        .extracting(row -> row.split("\\|")[1])
        .containsExactly("62", "61", "63");
  }

  @Test
  void truncate_is_one_event_for_each_table_also_by_cascade() {
    captured.eventsOf("insert into parent values (7)", "insert into plain values (70)");
    assertThat(
            captured.eventsOf(
                "begin; truncate parent, edited cascade; insert into parent values (8); commit"))
        .containsExactly(
            "truncate||{}||", "truncate||{}||", "truncate||{}||", "insert|8|{\"id\": 8}||");
  }

  @Test
  void update_that_changes_nothing_has_empty_changes() {
    captured.eventsOf("insert into whole values (80, 'x', 1.50)");
    assertThat(captured.eventsOf("update whole set a = a where id = 80"))
        .containsExactly("update|80|{\"a\": \"x\", \"n\": 1.50, \"id\": 80}|{}|");
  }

  @Test
  void changes_hold_the_old_values_of_the_columns_that_differ() {
    captured.eventsOf("insert into whole values (81, null, 1.50)");
    assertThat(
            captured.eventsOf(
                "update whole set a = 'y', n = 1.5 where id = 81",
                "delete from whole where id = 81"))
        .containsExactly(
            "update|81|{\"a\": \"y\", \"n\": 1.5, \"id\": 81}|{\"a\": null, \"n\": 1.50}|",
            "delete|81|{\"a\": \"y\", \"n\": 1.5, \"id\": 81}||");
  }

  @Test
  void null_stays_null_where_the_column_has_a_default() {
    assertThat(captured.eventsOf("insert into whole values (82, null, null)"))
        .containsExactly("insert|82|{\"a\": null, \"n\": null, \"id\": 82}||");
  }

  @Test
  void partitions_go_by_the_name_of_their_root_also_when_a_row_moves() {
    var events =
        captured.eventsOf(
            "insert into part values (1, 'a', 10)",
            "update part set v = 11 where id = 1",
            "update part set region = 'b' where id = 1",
            "delete from part");
    assertThat(events)
        .containsExactly(
            "insert|1,a|{\"v\": 10, \"id\": 1, \"region\": \"a\"}||",
            "update|1,a|{\"v\": 11, \"id\": 1, \"region\": \"a\"}||",
            "delete|1,a|{\"id\": 1, \"region\": \"a\"}||",
            "insert|1,b|{\"v\": 11, \"id\": 1, \"region\": \"b\"}||",
            "delete|1,b|{\"id\": 1, \"region\": \"b\"}||");
    assertThat(
            captured
                .database()
                .rows(
                    "select distinct source_table_name, source_table_oid = 'part'::regclass::bigint"
                        + " from events where source_table_name like 'part%'"))
        .containsExactly("part|t");
  }

  @Test
  void partitions_that_do_not_give_whole_old_rows_are_not_believed_to() {
    captured.database().execute("alter table part replica identity full");
    captured.eventsOf("insert into part values (2, 'a', null)");
    assertThat(captured.eventsOf("delete from part"))
        .containsExactly("delete|2,a|{\"id\": 2, \"region\": \"a\"}||");
    captured.database().execute("alter table part_a replica identity full");
    captured.database().execute("alter table part_b replica identity full");
    captured.eventsOf("insert into part values (3, 'a', 30)");
    assertThat(captured.eventsOf("update part set v = 31", "delete from part"))
        .containsExactly(
            "update|3,a|{\"v\": 31, \"id\": 3, \"region\": \"a\"}|{\"v\": 30}|",
            "delete|3,a|{\"v\": 31, \"id\": 3, \"region\": \"a\"}||");
    for (var table : List.of("part", "part_a", "part_b")) {
      captured.database().execute("alter table " + table + " replica identity default");
    }
  }

  @Test
  void identifiers_are_kept_letter_by_letter() {
    assertThat(
            captured.eventsOf(
                "insert into \"Тест \"\"q\"\" a.b\" values (1, 2, 'к', 'b', 'd', 'q', 'x')",
                "insert into щщщщщщщщщщщщщщщщщщщщщщщщщщщщщщщx values (1)"))
        .containsExactly(
            "insert|1|{\"Id\": 2, \"id\": 1, \"\\\"x\\\"\": \"x\", \"a b\": \"b\", \"a.b\": \"d\","
                + " \"q\\\"q\": \"q\", \"ключ\": \"к\"}||",
            "insert|1|{\"id\": 1}||");
    assertThat(
            captured
                .database()
                .rows("select source_table_name from events order by id desc limit 2"))
        .containsExactly("щщщщщщщщщщщщщщщщщщщщщщщщщщщщщщщx", "Тест \"q\" a.b");
  }

  @Test
  void large_texts_arrive_whole() {
    captured.eventsOf(
        "insert into plain select 90, string_agg(chr(33 + i % 90) || '€', '') from"
            + " generate_series(1, 300000) i");
    assertThat(
            captured
                .database()
                .rows(
                    "select octet_length(a), record ->> 'a' = a from plain, events where plain.id ="
                        + " 90 and record_pk = '90' and source_table_name = 'plain'"))
        .containsExactly("1200000|t");
  }

  @Test
  void json_that_jsonb_cannot_hold_is_quarantined_with_its_text_and_the_others_go_on() {
    var events =
        captured.eventsOf(
            "insert into documents values (1, '{\"a\" : \"\\u0000\"}'), (2, '[1.0e2,"
                + " \"\\ud800\"]'), (3, '1e200000'), (4, '{\"a\":1, \"a\": 2.0e1}'), (5,"
                + " '\"\\\\u0000\"')");
    assertThat(events)
        .containsExactly(
            "insert|4|{\"j\": {\"a\": 20}, \"id\": 4}||",
            "insert|5|{\"j\": \"\\\\u0000\", \"id\": 5}||");
    assertThat(
            captured
                .database()
                .rows(
                    "select pipeline, record_pk, record from wadi.quarantined_changes order by id"))
        .containsExactly(
            "all|1|{\"id\":1,\"j\":{\"a\" : \"\\u0000\"}}",
            "all|2|{\"id\":2,\"j\":[1.0e2, \"\\ud800\"]}",
            "all|3|{\"id\":3,\"j\":1e200000}");
  }

  @Test
  void annotations_stamp_the_changes_after_them_in_their_transaction() {
    captured.eventsOf(
        """
        begin; insert into plain values (101);
        select pg_logical_emit_message(true, 'wadi:annotations', '{"user":"ana"}');
        insert into plain values (102);
        select pg_logical_emit_message(true, 'wadi:annotations', '{"user":"bob"}');
        insert into plain values (103); commit
        """,
        "insert into plain values (104)",
        """
        begin; select pg_logical_emit_message(true, 'wadi:annotations', '{"user":"eve"}');
        insert into plain values (999); rollback
        """,
        "insert into plain values (105)",
        """
        begin; select pg_logical_emit_message(true, 'wadi:annotations', 'no json');
        insert into plain values (106); commit
        """,
        """
        begin; select pg_logical_emit_message(true, 'wadi:annotations', '{"a":"\\u0000"}');
        insert into plain values (107); commit
        """);
    assertThat(
            captured
                .database()
                .rows(
                    "select record_pk, transaction_annotations from events where record_pk between"
                        + " '101' and '107' and length(record_pk) = 3 order by id"))
        .containsExactly(
            "101|",
            "102|{\"user\": \"ana\"}",
            "103|{\"user\": \"bob\"}",
            "104|",
            "105|",
            "106|",
            "107|");
  }
}
