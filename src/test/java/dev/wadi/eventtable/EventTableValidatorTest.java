package dev.wadi.eventtable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTableValidatorTest {

  private static final TableName EVENTS = TableName.parse("events");

  private static EmbeddedDatabase database;

  @BeforeAll
  static void start() {
    database = EmbeddedDatabase.create();
  }

  @BeforeEach
  void createEventTable() {
    database.execute("drop schema public cascade; create schema public");
    database.execute(new EventTableDdl(EVENTS, null).script());
  }

  @Test
  void table_that_wadi_created_has_no_problems() throws Exception {
    assertThat(problems()).isEmpty();
  }

  @Test
  void partitioned_table_may_have_its_partition_key_in_the_primary_key() throws Exception {
    database.execute(
        "drop table events;"
            + new EventTableDdl(EVENTS, null)
                .statements()
                .replace("id bigint primary key", "id bigint")
                .replaceFirst(
                    "\n\\);",
                    ", primary key (id, committed_at)) partition by range (committed_at);"));

    assertThat(problems()).isEmpty();
  }

  @Test
  void name_that_cannot_be_written_to_is_refused() throws Exception {
    database.execute("create table \"a:?b\" (like events including all)");

    try (var connection = database.dataSource().getConnection()) {
      assertThat(EventTableValidator.problems(connection, TableName.parse("a:?b")))
          .containsExactly(
              "event table 'public.a:?b': name must not hold ':?' before a letter; alter table"
                  + " \"public\".\"a:?b\" rename to another_name");
    }
  }

  @Test
  void table_that_does_not_exist_is_named() throws Exception {
    database.execute("drop table events");

    assertThat(problems())
        .containsExactly(
            "event table 'public.events': must exist; create it with: wadi ddl 'public.events'");
  }

  @Test
  void view_is_refused() throws Exception {
    database.execute("alter table events rename to e; create view events as select 1 as id");

    assertThat(problems()).hasSize(1).first().asString().contains("must be a table");
  }

  @Test
  void problem_says_what_is_wrong_and_what_to_run() throws Exception {
    database.execute("alter table events alter column record type text");

    assertThat(problems())
        .containsExactly(
            "event table 'public.events': column 'record' must be jsonb (is text);"
                + " alter table \"public\".\"events\" alter column record type jsonb"
                + " using record::jsonb");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table events alter column record type text",
        "alter table events alter column unavailable type text using null",
        "alter table events alter column seq drop expression",
        "alter table events drop column seq",
        "alter table events drop column transaction_annotations",
        "alter table events drop column inserted_at",
        "alter table events alter column inserted_at drop default",
        "alter table events alter column inserted_at drop default, alter column inserted_at drop not null",
        "alter table events alter column id add generated always as identity",
        "alter table events drop column changes, add column changes jsonb generated always as (record) stored",
        "alter table events alter column changes set not null",
        "alter table events alter column transaction_annotations set not null",
        "alter table events alter column unavailable set default '{}', alter column unavailable set not null",
        "alter table events drop constraint events_pkey",
        "alter table events add column tenant int not null",
        "alter table events set unlogged",
        "do $$ begin execute (select format('alter table events drop constraint %I', conname)"
            + " from pg_constraint where contype = 'u' and conrelid = 'events'::regclass); end $$",
      })
  void remedy_mends_the_problem(String damage) throws Exception {
    database.execute(damage);
    var problems = problems();
    assertThat(problems).hasSize(1).first().asString().contains("; alter table ");

    database.execute(problems.get(0).replaceFirst(".*?; (?=alter)", ""));
    assertThat(problems()).isEmpty();
  }

  @Test
  void every_problem_is_listed() throws Exception {
    database.execute("drop table events; create table events (id int, note text not null)");

    assertThat(problems()).hasSize(1 + 16 + 1 + 2);
  }

  @Test
  void missing_rights_are_named() throws Exception {
    database.execute(
        "create role \"app user\" login; grant usage on schema public to \"app user\"");
    try (var connection = database.dataSource("app user").getConnection()) {
      assertThat(EventTableValidator.problems(connection, EVENTS))
          .containsExactly(
              "event table 'public.events': role 'app user' must have the rights to read and"
                  + " append; grant select, insert on \"public\".\"events\" to \"app user\"");
    }
  }

  private static List<String> problems() throws SQLException {
    try (var connection = database.dataSource().getConnection()) {
      return EventTableValidator.problems(connection, EVENTS);
    }
  }
}
