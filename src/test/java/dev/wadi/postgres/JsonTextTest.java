package dev.wadi.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wadi.kit.TypeCorpus;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Postgres is the oracle: what {@code to_jsonb} says is right. */
class JsonTextTest {

  private static EmbeddedPostgres postgres;
  private static Connection connection;
  private static PostgresTypes types;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.builder().start();
    connection = postgres.getPostgresDatabase().getConnection();
    execute(TypeCorpus.SETUP);
    execute(
        "set timezone='UTC'; set datestyle='ISO'; set intervalstyle='postgres';"
            + " set bytea_output='hex'; set extra_float_digits=1");
    types = new PostgresTypes(postgres.getPostgresDatabase());
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    postgres.close();
  }

  @Tag("slow")
  @Test
  void every_type_and_its_array_equal_to_jsonb() throws Exception {
    var wrong = new ArrayList<String>();
    int kinds = 0;
    int values = 0;
    for (var type : TypeCorpus.types()) {
      wrong.addAll(compare(type.name(), type.values()));
      kinds++;
      values += type.values().size();
      boolean hasNoArray = type.name().endsWith("[]");
      if (!hasNoArray) {
        var element = type.name();
        wrong.addAll(
            compare(
                element + "[]",
                List.of(TypeCorpus.arrayOf(type), "array[" + TypeCorpus.arrayOf(type) + "]")));
        kinds++;
        values += 2;
      }
    }
    System.out.printf("JsonText: %d types, %d values compared with to_jsonb%n", kinds, values);
    assertThat(wrong).isEmpty();
  }

  private static List<String> compare(String typeName, List<String> values) throws SQLException {
    var type = types.find(number("select '" + typeName.replace("'", "''") + "'::regtype::oid"));
    var wrong = new ArrayList<String>();
    for (String value : values) {
      String select =
          "select format('%s', v), to_jsonb(v)::text from (select ("
              + value
              + ")::"
              + typeName
              + " as v) as s";
      try (var statement = connection.createStatement();
          var row = statement.executeQuery(select)) {
        row.next();
        String text = row.getString(1);
        String expected = row.getString(2);
        String json = JsonText.of(type.orElseThrow(), text);
        String actual = stored(json);
        if (!expected.equals(actual) || !JsonText.isStorable(json)) {
          wrong.add(typeName + " " + text + ": expected " + expected + " got " + actual);
        }
      } catch (SQLException | RuntimeException e) {
        wrong.add(typeName + " " + value + ": " + e);
      }
    }
    return wrong;
  }

  @Test
  void bytea_in_escape_form_becomes_hexadecimal() throws Exception {
    var type = types.find(17).orElseThrow();
    assertThat(JsonText.of(type, "\\\\x\\000\\377 a\"\\\\")).isEqualTo("\"\\\\x5c7800ff2061225c\"");
    execute("set bytea_output = 'escape'");
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select v::text from (select string_agg(set_byte('\\x00', 0, i), '' order by i)"
                    + " from generate_series(0, 255) i) as s(v)")) {
      row.next();
      var all = new StringBuilder();
      for (int i = 0; i < 256; i++) {
        all.append("%02x".formatted(i));
      }
      assertThat(JsonText.of(type, row.getString(1))).isEqualTo("\"\\\\x" + all + "\"");
    } finally {
      execute("set bytea_output = 'hex'");
    }
  }

  @Test
  void json_that_jsonb_cannot_hold_is_recognised() throws Exception {
    var texts =
        List.of(
            "\"\\u0000\"",
            "{\"a\\u0000b\":1}",
            "\"\\\\u0000\"",
            "\"\\\\\\u0000\"",
            "\"\\ud83d\"",
            "\"\\ud83dx\"",
            "\"\\ude00\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\\ud83d\"",
            "\"\\uD83D\\n\"",
            "\"\\ud83d\\u0041\"",
            "1e131071",
            "1e131072",
            "10e131071",
            "0.1e131072",
            "0.01e131073",
            "0.01e131074",
            "99e131070",
            "99e131071",
            "1e-16383",
            "1e-16384",
            "0.1e-16382",
            "0.1e-16383",
            "0e-16384",
            "0e999999",
            "0.0e200000",
            "0.000e16384",
            "-1e200000",
            "1e999999999999",
            "0e999999999999",
            "1e00000000000000001",
            "1e-00000000000000001",
            "1E+5",
            "[1,2.5,{\"a\":-3e4}]",
            "1" + "0".repeat(131071),
            "1" + "0".repeat(131072),
            "0." + "0".repeat(16382) + "1",
            "0." + "0".repeat(16383) + "1",
            "[\"e\",\"-\"]",
            "[".repeat(1000) + "]".repeat(1000),
            "\"\\\"\\\\\"",
            "{\"a\":\"b\\u0020\"}");
    var wrong = new ArrayList<String>();
    for (String text : texts) {
      assertThat(number("select length('" + text + "'::json::text)")).isPositive();
      boolean storable = stores(text);
      if (JsonText.isStorable(text) != storable) {
        wrong.add(text.substring(0, Math.min(40, text.length())) + " storable " + storable);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(JsonText.isStorable("[".repeat(1001) + "]".repeat(1001))).isFalse();
    assertThat(JsonText.isStorable("[" + "1,".repeat(1 << 23) + "1]")).isFalse();
  }

  @Test
  void json_whose_numbers_have_too_many_digits_when_they_are_read_is_refused() throws Exception {
    for (var number : List.of("1e131071", "-12.5e131070", "0.1e131072", "1e-16383", "0e-16383")) {
      int digits = stored(number).length();
      int fitting = 32_000_000 / digits;
      assertThat(JsonText.isStorable(array(number, fitting))).as(number).isTrue();
      assertThat(JsonText.isStorable(array(number, fitting + fitting / 100))).as(number).isFalse();
    }
    assertThat(JsonText.isStorable(array("0e131071", 10_000))).isTrue();
    assertThat(JsonText.isStorable(array("1" + "0".repeat(100_000), 400))).isTrue();
  }

  private static String array(String element, int count) {
    return "[" + (element + ",").repeat(count - 1) + element + "]";
  }

  @Test
  void composite_that_was_altered_is_refused_until_it_is_reloaded() throws Exception {
    execute("create type growing as (a int)");
    long oid = number("select 'growing'::regtype::oid");
    var before = types.find(oid).orElseThrow();
    execute("alter type growing add attribute b text");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonText.of(before, "(1,secret)"))
        .withMessageContaining("growing")
        .withMessageNotContaining("secret");
    assertThat(JsonText.of(types.reload(oid).orElseThrow(), "(1,x)"))
        .isEqualTo("{\"a\":1,\"b\":\"x\"}");
  }

  @Test
  void cast_to_json_is_noted_and_a_missing_type_is_empty() throws Exception {
    execute(
        "create type shape as (a int); create type tone as enum ('low');"
            + " create function tone_json(tone) returns json language sql as"
            + " $$ select '{\"tone\":1}'::json $$;"
            + " create cast (tone as json) with function tone_json(tone)");
    assertThat(types.find(number("select 'tone'::regtype::oid")).orElseThrow())
        .isInstanceOf(PostgresType.CastToJson.class);
    assertThat(types.find(4294967295L)).isEmpty();
    assertThat(types.ofColumn("public.as_type", "at").orElseThrow().name())
        .isEqualTo("timestamp without time zone");
    assertThat(types.ofColumn("public.as_type", "dropped")).isEmpty();
  }

  private static boolean stores(String json) {
    try {
      stored(json);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private static String stored(String json) throws SQLException {
    try (var statement = connection.prepareStatement("select ?::jsonb::text")) {
      statement.setString(1, json);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static long number(String select) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(select)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
