package dev.wadi.eventtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventTableDdlTest {

  private static EmbeddedDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = EmbeddedDatabase.create();
    new WadiSchema(database.dataSource()).migrate();
  }

  static List<TableName> names() {
    return List.of(
        new TableName("public", "events"),
        new TableName("public", "My Events"),
        new TableName("public", "a.b"),
        new TableName("public", "quo\"te'd"),
        new TableName("public", "журнал событий"),
        new TableName("public", "order"),
        new TableName("public", "back\\slash $$ ? ; -- /* {table} :x"),
        new TableName("public", "x".repeat(63)),
        new TableName("public", "x".repeat(62) + "y"),
        new TableName("Схема \"x\".y", "ж".repeat(31)));
  }

  @ParameterizedTest
  @MethodSource("names")
  void script_creates_a_valid_event_table_whatever_its_name(TableName table) throws Exception {
    database.execute("create schema if not exists " + TableName.quote(table.schema()));
    database.execute(new EventTableDdl(table, 30).script());
    new EventTables(database.dataSource()).register(table);

    try (var connection = database.dataSource().getConnection()) {
      assertThat(EventTableValidator.problems(connection, table)).isEmpty();
    }
    try (var camel = new CamelJdbc(database.dataSource())) {
      var append = new EventTableAppend(table);
      assertThat(camel.append(append, TestChange.inserts(1, 2)).lastId()).isEqualTo(2);
      assertThat(camel.append(append, TestChange.inserts(1, 2)).dropped()).isEqualTo(2);
    }
    assertThat(
            database.rows(
                "select retention_days, last_id from wadi.event_tables where name = '"
                    + table.toString().replace("'", "''")
                    + "'"))
        .containsExactly("30|2");
  }

  @Test
  void script_is_one_transaction_in_lower_case() {
    String script = new EventTableDdl(TableName.parse("public.sequin_events"), 30).script();

    assertThat(script)
        .startsWith(
            "begin;\n\ncreate table \"public\".\"sequin_events\" (\n  id bigint primary key,")
        .contains("\n  seq bigint not null generated always as (id) stored,\n")
        .contains("is 'wadi: event table, retention 30 days';\n\ncommit;\n")
        .isEqualTo(script.toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void columns_have_the_documented_order() {
    database.execute(new EventTableDdl(TableName.parse("ordered"), null).script());

    assertThat(
            database.rows(
                "select string_agg(column_name, ' ' order by ordinal_position)"
                    + " from information_schema.columns where table_name = 'ordered'"))
        .containsExactly(
            "id seq source_database_id source_table_oid source_table_schema source_table_name"
                + " record_pk record changes action committed_at inserted_at source_lsn"
                + " source_lsn_ordinal transaction_id transaction_annotations unavailable");
    assertThat(
            database.rows(
                "select regexp_replace(indexdef, '.* using ', '', 'i') from pg_indexes"
                    + " where tablename = 'ordered' order by 1"))
        .containsExactlyInAnyOrder(
            "btree (id)",
            "btree (source_database_id, source_lsn, source_lsn_ordinal, committed_at)",
            "btree (source_table_oid, record_pk, id)",
            "brin (committed_at)");
  }

  @Test
  void retention_follows_the_comment_on_the_table_and_what_was_is_remembered() throws Exception {
    var table = TableName.parse("kept");
    var eventTables = new EventTables(database.dataSource());
    eventTables.create(new EventTableDdl(table, null));
    var remembered = "select retention_days from wadi.event_tables where name = 'public.kept'";
    assertThat(retention(eventTables, table)).isNull();
    assertThat(database.rows(remembered)).containsExactly("");

    database.execute("comment on table kept is 'wadi: event table, retention 7 days'");
    eventTables.register(table);
    assertThat(retention(eventTables, table)).isEqualTo(7);

    database.execute("comment on table kept is 'ours'");
    eventTables.register(table);
    assertThat(retention(eventTables, table)).isNull();
    assertThat(database.rows(remembered)).containsExactly("7");
  }

  private static Integer retention(EventTables eventTables, TableName table) throws SQLException {
    return eventTables.list().stream()
        .filter(each -> each.table().equals(table))
        .findFirst()
        .orElseThrow()
        .retentionDays();
  }

  @Test
  void creating_is_all_or_nothing() {
    var table = TableName.parse("twice");
    var eventTables = new EventTables(database.dataSource());
    assertThatThrownBy(
            () -> {
              eventTables.create(new EventTableDdl(table, null));
              eventTables.create(new EventTableDdl(table, 5));
            })
        .hasMessageContaining("already exists");
    assertThat(
            database.rows(
                "select retention_days from wadi.event_tables where name = 'public.twice'"))
        .containsExactly("");
  }

  @Test
  void retention_out_of_range_is_refused() {
    assertThatThrownBy(() -> new EventTableDdl(TableName.parse("x"), 0))
        .hasMessage("event table 'public.x': retention must be between 1 and 36500 days (got 0)");
  }

  @Test
  void name_that_camel_jdbc_would_take_for_a_parameter_is_refused() {
    assertThatThrownBy(() -> new EventTableDdl(TableName.parse("a:?b"), null).script())
        .hasMessageContaining("must not hold ':?'");
  }
}
