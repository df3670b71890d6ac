package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of a row as it was, and of large values that did not change. */
class OldValuesTest {

  private static final String TABLES =
      """
      create table plain (id int primary key, a text, s text not null default 'active');
      create table nullable (id int primary key, a text);
      create table indexed (id int primary key, code text not null, a text);
      create unique index indexed_code on indexed (code);
      alter table indexed replica identity using index indexed_code;
      create table large (id int primary key, n int, t text, b bytea, j jsonb, ts text[], ns int[], us uuid[]);
      alter table large alter t set storage external, alter b set storage external,
        alter j set storage external, alter ts set storage external, alter ns set storage external,
        alter us set storage external;
      create table large_whole (like large including all);
      alter table large_whole replica identity full;
      create table long_key (id text primary key, filling text not null, a text);
      alter table long_key alter id set storage external, alter filling set storage plain;
      create table keyless (a text);
      create table deferred (id int primary key deferrable, a text);
      create table nothing (id int primary key, a text);
      alter table nothing replica identity nothing;
      """;

  private static final String LARGE_VALUES =
      """
      (select string_agg(md5(i::text), '') from generate_series(1, 600) i),
      (select string_agg(decode(md5(i::text), 'hex'), '') from generate_series(1, 600) i),
      (select jsonb_agg(md5(i::text)) from generate_series(1, 600) i),
      (select array_agg(md5(i::text)) from generate_series(1, 600) i),
      (select array_agg(i) from generate_series(1, 3000) i),
      (select array_agg(md5(i::text)::uuid) from generate_series(1, 600) i)
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
                "nullable",
                "indexed",
                "large",
                "large_whole",
                "long_key",
                "keyless",
                "nothing",
                "deferred"));
  }

  @AfterAll
  static void stop() {
    captured.close();
  }

  @Test
  void identity_default_knows_the_key_only() {
    assertThat(
            captured.eventsOf(
                "insert into plain values (1, 'x')",
                "update plain set a = 'y' where id = 1",
                "delete from plain where id = 1"))
        .containsExactly(
            "insert|1|{\"a\": \"x\", \"s\": \"active\", \"id\": 1}||",
            "update|1|{\"a\": \"y\", \"s\": \"active\", \"id\": 1}||",
            "delete|1|{\"id\": 1}||");
  }

  @Test
  void identity_index_knows_the_columns_of_the_index_only() {
    assertThat(
            captured.eventsOf(
                "insert into indexed values (1, 'c', 'x')",
                "update indexed set a = 'y'",
                "update indexed set code = 'd'",
                "delete from indexed"))
        .containsExactly(
            "insert|1|{\"a\": \"x\", \"id\": 1, \"code\": \"c\"}||",
            "update|1|{\"a\": \"y\", \"id\": 1, \"code\": \"c\"}||",
            "update|1|{\"a\": \"y\", \"id\": 1, \"code\": \"d\"}|{\"code\": \"c\"}|",
            "delete||{\"code\": \"d\"}||");
  }

  @Test
  void identity_takes_effect_with_the_next_change() {
    assertThat(
            captured.eventsOf(
                "insert into plain values (2, 'x')",
                "alter table plain replica identity full",
                "update plain set a = 'y' where id = 2",
                "alter table plain replica identity default",
                "update plain set a = 'z' where id = 2"))
        .containsExactly(
            "insert|2|{\"a\": \"x\", \"s\": \"active\", \"id\": 2}||",
            "update|2|{\"a\": \"y\", \"s\": \"active\", \"id\": 2}|{\"a\": \"x\"}|",
            "update|2|{\"a\": \"z\", \"s\": \"active\", \"id\": 2}||");
  }

  @Test
  void identity_is_that_of_the_moment_also_while_capture_lags() {
    assertThat(
            captured.eventsOfLaggingBehind(
                "insert into nullable values (1, 'gone'), (2, null), (3, null), (4, 'x')",
                "delete from nullable where id = 1",
                "update nullable set id = 5 where id = 4",
                "alter table nullable replica identity full",
                "delete from nullable where id = 2",
                "alter table nullable replica identity default",
                "delete from nullable where id = 3"))
        .containsExactly(
            "insert|1|{\"a\": \"gone\", \"id\": 1}||",
            "insert|2|{\"a\": null, \"id\": 2}||",
            "insert|3|{\"a\": null, \"id\": 3}||",
            "insert|4|{\"a\": \"x\", \"id\": 4}||",
            "delete|1|{\"id\": 1}||",
            "update|5|{\"a\": \"x\", \"id\": 5}|{\"id\": 4}|",
            "delete|2|{\"a\": null, \"id\": 2}||",
            "delete|3|{\"id\": 3}||");
  }

  @Test
  void key_that_is_stored_out_of_line_tells_nothing_of_the_other_columns() {
    var key = "(select left(string_agg(md5(i::text), ''), 2100) from generate_series(1, 70) i)";
    captured.eventsOf("insert into long_key values (" + key + ", 'x', 'x')");
    assertThat(
            captured
                .database()
                .number(
                    "select pg_relation_size(reltoastrelid) from pg_class where relname = 'long_key'"))
        .isPositive();

    captured.eventsOf("update long_key set a = 'y'");
    assertThat(
            captured
                .database()
                .rows(
                    "select action, record ->> 'a', changes from events order by id desc limit 1"))
        .containsExactly("update|y|");
  }

  @Test
  void unchanged_large_value_is_absent_and_named() {
    captured.eventsOf("insert into large values (1, 1, " + LARGE_VALUES + ")");
    assertThat(captured.eventsOf("update large set n = 2"))
        .containsExactly("update|1|{\"n\": 2, \"id\": 1}||t,b,j,ts,ns,us");
    assertThat(captured.eventsOf("update large set t = 'short', ns = '{1}'"))
        .containsExactly(
            "update|1|{\"n\": 2, \"t\": \"short\", \"id\": 1, \"ns\": [1]}||b,j,ts,us");
    assertThat(
            captured.eventsOf(
                "update large set t = null, b = '', j = 'null', ts = '{}', us = null"))
        .containsExactly(
            "update|1|{\"b\": \"\\\\x\", \"j\": null, \"n\": 2, \"t\": null, \"id\": 1, \"ns\": [1],"
                + " \"ts\": [], \"us\": null}||");
  }

  @Test
  void unchanged_large_value_is_filled_from_the_old_row_under_identity_full() {
    captured.eventsOf("insert into large_whole values (1, 1, " + LARGE_VALUES + ")");
    captured.eventsOf("update large_whole set n = 2");
    assertThat(
            captured
                .database()
                .rows(
                    "select to_jsonb(w) = record, changes, unavailable from events, large_whole w"
                        + " where source_table_name = 'large_whole' and action = 'update'"))
        .containsExactly("t|{\"n\": 1}|");
  }

  @Test
  void value_that_looks_like_a_placeholder_is_kept() {
    assertThat(
            captured.eventsOf(
                "insert into plain values (3, '__debezium_unavailable_value', 'unavailable')"))
        .containsExactly(
            "insert|3|{\"a\": \"__debezium_unavailable_value\", \"s\": \"unavailable\", \"id\": 3}||");
  }

  @Test
  void table_without_a_key_is_refused_and_its_application_goes_on() {
    captured.awaitHealth("public.keyless: not captured: it has no replica identity");
    captured.awaitHealth("public.nothing: not captured: it has no replica identity");
    captured.awaitHealth("public.deferred: not captured: it has no replica identity");
    assertThat(
            captured.eventsOf(
                "insert into deferred values (1, 'x')",
                "update deferred set a = 'y'",
                "insert into keyless values ('x')",
                "update keyless set a = 'y'",
                "delete from keyless",
                "insert into nothing values (1, 'x')",
                "update nothing set a = 'y'",
                "delete from nothing"))
        .isEmpty();
  }
}
