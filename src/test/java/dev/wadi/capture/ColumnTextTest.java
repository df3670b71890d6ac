package dev.wadi.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.TypeCorpus;
import dev.wadi.postgres.PostgresTypes;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Values go through the real engine; a row trigger keeps what {@code to_jsonb} says. */
class ColumnTextTest {

  private static EmbeddedPostgres postgres;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("max_replication_slots", "20")
            .start();
    connection = postgres.getPostgresDatabase().getConnection();
    execute(TypeCorpus.SETUP);
    execute(
        "set timezone='UTC'; set datestyle='ISO'; set intervalstyle='postgres';"
            + " set bytea_output='hex'; set extra_float_digits=1");
    execute(
        """
        create table oracle (id int, record jsonb);
        create function keep() returns trigger language plpgsql as
          $$ begin insert into oracle values (new.id, to_jsonb(new)); return null; end $$;
        """);
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    postgres.close();
  }

  @Tag("slow")
  @Test
  void every_type_arrives_as_to_jsonb() throws Exception {
    var columns = columns();
    createCorpus(columns);
    capture("corpus", "corpus");
    int rows = columns.values().stream().mapToInt(Column::size).max().orElseThrow();
    int values = 0;
    for (int i = 0; i < rows; i++) {
      values += insertRow(columns, i);
    }
    var wrong = new ArrayList<String>();
    try (var engine = engine("corpus")) {
      for (int i = 0; i < rows; i++) {
        wrong.addAll(differences(i, engine.nextRow(), columns));
      }
    }
    System.out.printf(
        "ColumnText: %d column types, %d rows, %d values compared with to_jsonb%n",
        columns.size(), rows, values);
    assertThat(wrong).isEmpty();
  }

  @Test
  void unchanged_toast_is_unavailable_and_null_is_null() throws Exception {
    var types =
        List.of(
            "text",
            "varchar",
            "bytea",
            "json",
            "jsonb",
            "xml",
            "hstore",
            "citext",
            "text[]",
            "varchar(9999)[]",
            "bytea[]",
            "int4[]",
            "int8[]",
            "uuid[]",
            "date[]",
            "jsonb[]",
            "float8[]",
            "numbers",
            "pair",
            "pair[]",
            "tsvector",
            "numeric",
            "box[]",
            "polygon");
    var ddl = new StringBuilder("create table toasted (id int primary key, n int");
    for (int i = 0; i < types.size(); i++) {
      ddl.append(", c").append(i).append(' ').append(types.get(i));
    }
    execute(ddl + ")");
    for (int i = 0; i < types.size(); i++) {
      execute("alter table toasted alter c" + i + " set storage external");
    }
    capture("toasted", "toasted");
    execute("insert into toasted values (0, 0, " + toastedValues() + ")");
    execute("insert into toasted (id) values (1)");
    execute("update toasted set n = n + 1");
    try (var engine = engine("toasted")) {
      assertThat(engine.nextRow()).doesNotContainValue(RawChange.UNAVAILABLE);
      assertThat(engine.nextRow()).containsEntry("id", "1").containsEntry("c0", null);
      var updated = engine.nextRow();
      assertThat(updated).containsEntry("id", "0").containsEntry("n", "1");
      updated.keySet().removeAll(Set.of("id", "n"));
      assertThat(updated.values()).hasSize(types.size()).containsOnly(RawChange.UNAVAILABLE);
      assertThat(engine.nextRow()).containsEntry("id", "1").containsEntry("n", null);
    }
  }

  private static String toastedValues() {
    String text = "repeat('0123456789', 500)";
    String numbers = "(select array_agg(n) from generate_series(1, 2000) n)";
    return String.join(
        ", ",
        text,
        text,
        text + "::bytea",
        "to_json(" + text + ")",
        "to_jsonb(" + text + ")",
        "xmlparse(content " + text + ")",
        "hstore('k', " + text + ")",
        text,
        "array[" + text + "]",
        "array[" + text + "]",
        "array[" + text + "::bytea]",
        numbers,
        numbers + "::int8[]",
        "array_fill(gen_random_uuid(), array[500])",
        "array_fill('2024-01-01'::date, array[2000])",
        "array[to_jsonb(" + text + ")]",
        numbers + "::float8[]",
        numbers,
        "row(1, " + text + ")::pair",
        "array[row(1, " + text + ")::pair]",
        "(select to_tsvector('simple', string_agg('w' || n, ' ')) from generate_series(1, 2000) n)",
        "repeat('123456789', 1000)::numeric",
        "array_fill('(1,1),(0,0)'::box, array[500])",
        "polygon(500, circle '((0,0),1)')");
  }

  @Test
  void a_column_default_neither_fails_nor_takes_the_place_of_null() throws Exception {
    execute(
        """
        create table defaulted (
          id int generated always as identity primary key,
          a int default 7, b text default 'x', c date default current_date, d uuid default
          gen_random_uuid(), e jsonb default '{}', f numeric default 1.5, g interval default '1 day',
          h timestamptz default now(), i bool default true, j mood default 'ok', k int[] default
          '{1}', l bytea default '\\x00', m pair default row(1, 'b'), n bit(3) default b'101', o
          time default '24:00', p timestamp default 'infinity', q float8 default 'NaN', r hstore
          default '', s positive default 3, t varbit default b'', u json default null, v date
          default 'infinity', w money default 1, x bit(1) default b'1', y numeric default 'NaN',
          z int8 not null default 1000)
        """);
    capture("defaulted", "defaulted");
    execute(
        "insert into defaulted values (default, null, null, null, null, null, null, null, null,"
            + " null, null, null, null, null, null, null, null, null, null, null, null, null, null,"
            + " null, null, null, 1)");
    execute("insert into defaulted default values");
    execute("delete from defaulted where id = 1");
    try (var engine = engine("defaulted")) {
      var nulls = engine.nextRow();
      assertThat(nulls).containsEntry("id", "1").containsEntry("z", "1");
      nulls.keySet().removeAll(Set.of("id", "z"));
      assertThat(nulls.values()).hasSize(25).containsOnlyNulls();
      assertThat(engine.nextRow())
          .containsEntry("a", "7")
          .containsEntry("m", "{\"x\":1,\"y \\\"q\":\"b\"}")
          .containsEntry("v", "\"infinity\"")
          .containsEntry("z", "1000");
      var delete = engine.nextChange();
      var deleted = RunningEngine.row(delete.relation(), delete.before());
      assertThat(deleted).containsEntry("id", "1").containsEntry("z", RawChange.NOT_IN_IDENTITY);
    }
  }

  @Test
  void a_row_is_rendered_by_the_types_it_was_written_with() throws Exception {
    execute(
        """
        create type short_lived as enum ('gone');
        create type growing as (a int);
        create table past (id int primary key, n int[], t timestamptz, e short_lived, c growing);
        """);
    capture("past", "past");
    execute("insert into past values (1, '{1,NULL}', '2024-01-01 00:00+00', 'gone', row(1))");
    execute(
        """
        alter table past alter n type text, alter t type text;
        alter table past drop e;
        drop type short_lived;
        alter type growing add attribute b text;
        alter table past rename to present;
        """);
    execute("insert into present values (2, 'x', 'y', row(1, 'b'))");
    execute("alter table present rename to past");
    try (var engine = engine("past")) {
      assertThat(engine.nextRow())
          .containsEntry("n", "[1,null]")
          .containsEntry("t", "\"2024-01-01T00:00:00+00:00\"")
          .containsEntry("e", "\"gone\"")
          .containsEntry("c", "\"(1)\"");
      assertThat(engine.nextRow())
          .containsEntry("n", "\"x\"")
          .containsEntry("c", "{\"a\":1,\"b\":\"b\"}");
    }
  }

  @Tag("slow")
  @Test
  void only_types_with_their_own_cast_to_json_are_inexact() throws Exception {
    execute(
        """
        create type tone as enum ('low');
        create function tone_json(tone) returns json language sql as $$ select json '1' $$;
        create cast (tone as json) with function tone_json(tone);
        create type toned as (tones tone[]);
        """);
    var types = new PostgresTypes(postgres.getPostgresDatabase());
    for (var column : columns().values()) {
      assertThat(Inexactness.of(types.find(oid(column.type)).orElseThrow())).isEmpty();
    }
    assertThat(Inexactness.of(types.find(oid("tone")).orElseThrow())).isPresent();
    assertThat(Inexactness.of(types.find(oid("toned")).orElseThrow()))
        .hasValueSatisfying(reason -> assertThat(reason).startsWith("type tone has its own cast"));
  }

  private static long oid(String type) throws SQLException {
    try (var statement = connection.prepareStatement("select ?::regtype::oid")) {
      statement.setString(1, type);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private record Column(String type, List<String> values) {
    int size() {
      return values.size();
    }
  }

  private static Map<String, Column> columns() {
    var columns = new LinkedHashMap<String, Column>();
    for (var type : TypeCorpus.types()) {
      columns.put("c" + columns.size(), new Column(type.name(), type.values()));
      boolean hasArray = !type.name().endsWith("[]");
      if (hasArray) {
        var array = TypeCorpus.arrayOf(type);
        columns.put(
            "c" + columns.size(),
            new Column(type.name() + "[]", List.of(array, "array[" + array + "]")));
      }
    }
    return columns;
  }

  private static void createCorpus(Map<String, Column> columns) throws SQLException {
    var ddl = new StringBuilder("create table corpus (id int primary key");
    columns.forEach(
        (name, column) -> ddl.append(", ").append(name).append(' ').append(column.type));
    execute(ddl + ")");
    execute("create trigger keep after insert on corpus for each row execute function keep()");
  }

  private static int insertRow(Map<String, Column> columns, int row) throws SQLException {
    var names = new StringBuilder("id");
    var values = new StringBuilder().append(row);
    int count = 0;
    for (var column : columns.entrySet()) {
      if (row < column.getValue().size()) {
        names.append(", ").append(column.getKey());
        values.append(", (").append(column.getValue().values.get(row)).append(")::");
        values.append(column.getValue().type);
        count++;
      }
    }
    execute("insert into corpus (" + names + ") values (" + values + ")");
    return count;
  }

  private static List<String> differences(
      int id, Map<String, String> row, Map<String, Column> columns) throws SQLException {
    var wrong = new ArrayList<String>();
    try (var statement =
        connection.prepareStatement(
            """
            select key, e.value::text, a.value::text
              from (select j.* from oracle, jsonb_each(record) j where id = ?) e
              full join jsonb_each(?::jsonb) a using (key)
             where e.value is distinct from a.value
            """)) {
      statement.setInt(1, id);
      statement.setString(2, RunningEngine.json(row));
      try (var different = statement.executeQuery()) {
        while (different.next()) {
          String key = different.getString(1);
          var column = columns.get(key);
          String name = column == null ? key : column.type;
          wrong.add(name + ": " + different.getString(2) + " got " + different.getString(3));
        }
      }
    }
    return wrong;
  }

  private static void capture(String slot, String... tables) throws SQLException {
    execute("create publication " + slot + " for table " + String.join(", ", tables));
    execute("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
  }

  private static RunningEngine engine(String slot) throws Exception {
    return new RunningEngine(postgres.getPostgresDatabase(), postgres.getPort(), slot);
  }

  private static void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
