package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.TypeCorpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every event equals what Postgres says with {@code to_jsonb} inside the transaction, over all
 * types, although role and database are set to print values in other forms.
 */
@Tag("slow")
class ExactEventsTest {

  private static final long SEED = 1_618_033;
  private static final int ROWS = 120;
  private static final int UPDATES = 120;

  private static final List<String> LEAKING_SETTINGS =
      List.of(
          "alter role postgres in database %s set intervalstyle = 'iso_8601'",
          "alter role postgres in database %s set extra_float_digits = -10",
          "alter database %s set bytea_output = 'escape'",
          "alter database %s set datestyle = 'German'",
          "alter database %s set timezone = 'America/New_York'");

  private static final String DIFFERENCES =
      """
      select o.id || ' ' || o.action || ' ' || coalesce(r.key, c.key) || ': '
          || coalesce(r.expected, c.expected, 'absent') || ' got ' || coalesce(r.got, c.got, 'absent')
        from (select *, row_number() over (order by id) as n from oracle) o
        join (select *, row_number() over (order by id) as n from events) e using (n)
        left join lateral (
          select key, x.value::text as expected, y.value::text as got
            from jsonb_each(o.record) x full join jsonb_each(e.record) y using (key)
           where x.value::text is distinct from y.value::text
        ) r on true
        left join lateral (
          select key, x.value::text as expected, y.value::text as got
            from jsonb_each(o.changes) x full join jsonb_each(e.changes) y using (key)
           where x.value::text is distinct from y.value::text
        ) c on true
       where r.key is not null or c.key is not null or o.action <> e.action
          or o.record::text <> e.record::text or o.changes::text is distinct from e.changes::text
       limit 20
      """;

  private static final Map<String, List<String>> COLUMNS = new LinkedHashMap<>();
  private static CapturedTables captured;
  private static Database database;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    var scratch = EmbeddedDatabase.create();
    scratch.execute(TypeCorpus.SETUP);
    collectColumns(scratch);
    var ddl = new StringBuilder("create table corpus (id int primary key");
    COLUMNS.forEach(
        (type, values) -> ddl.append(", ").append(column(type)).append(' ').append(type));
    captured =
        CapturedTables.start(
            folder,
            TypeCorpus.SETUP
                + oracle()
                + ddl
                + "); alter table corpus replica identity full;"
                + "create trigger note after insert or update or delete on corpus"
                + " for each row execute function note();",
            List.of("corpus"));
    database = captured.database();
    LEAKING_SETTINGS.forEach(setting -> database.execute(setting.formatted(database.name())));
    captured.restart();
  }

  @AfterAll
  static void stop() {
    captured.close();
  }

  @Test
  void every_event_equals_to_jsonb_of_its_row() throws SQLException {
    var random = new Random(SEED);
    int values = 0;
    try (var connection = database.connect()) {
      for (int row = 0; row < ROWS; row++) {
        values += insert(connection, row, random);
      }
      for (int update = 0; update < UPDATES; update++) {
        values += update(connection, random.nextInt(ROWS), random);
      }
      execute(connection, "delete from corpus where id % 2 = 0");
    }
    captured.newEvents();

    assertThat(database.rows(DIFFERENCES)).isEmpty();
    assertThat(database.number("select count(*) from events"))
        .isEqualTo(database.number("select count(*) from oracle"))
        .isEqualTo(ROWS + UPDATES + ROWS / 2);
    System.out.printf(
        "ExactEvents: Postgres %s, %d types, %d values written, %d values compared%n",
        database.rows("show server_version").get(0),
        COLUMNS.size(),
        values,
        database.number(
            "select sum((select count(*) from jsonb_object_keys(record))) from oracle"));
  }

  private static int insert(Connection connection, int row, Random random) throws SQLException {
    var names = new StringBuilder("id");
    var values = new StringBuilder().append(row);
    int count = 0;
    for (var column : COLUMNS.entrySet()) {
      var value = value(column.getKey(), column.getValue(), row, random);
      names.append(", ").append(column(column.getKey()));
      values.append(", ").append(value);
      count += value.equals("null") ? 0 : 1;
    }
    execute(connection, "insert into corpus (" + names + ") values (" + values + ")");
    return count;
  }

  private static int update(Connection connection, int row, Random random) throws SQLException {
    var assignments = new ArrayList<String>();
    for (var column : COLUMNS.entrySet()) {
      if (random.nextInt(3) == 0) {
        int any = random.nextInt(column.getValue().size());
        assignments.add(
            column(column.getKey())
                + " = "
                + value(column.getKey(), column.getValue(), any, random));
      }
    }
    execute(
        connection, "update corpus set " + String.join(", ", assignments) + " where id = " + row);
    return assignments.size();
  }

  /** The first rows hold every value once, the others any or null. */
  private static String value(String type, List<String> values, int row, Random random) {
    if (row < values.size()) {
      return "(" + values.get(row) + ")::" + type;
    }
    boolean isNull = random.nextInt(5) == 0;
    return isNull ? "null" : "(" + values.get(random.nextInt(values.size())) + ")::" + type;
  }

  private static String column(String type) {
    return "\"" + type.replace("\"", "\"\"") + "\"";
  }

  /** The types and values that this version of Postgres has. */
  private static void collectColumns(Database scratch) throws SQLException {
    try (var connection = scratch.connect()) {
      for (var type : TypeCorpus.types()) {
        var values =
            type.values().stream().filter(value -> exists(connection, value, type.name())).toList();
        if (values.isEmpty()) {
          continue;
        }
        COLUMNS.put(type.name(), values);
        if (!type.name().endsWith("[]")) {
          var array = TypeCorpus.arrayOf(new TypeCorpus.Type(type.name(), values));
          COLUMNS.put(type.name() + "[]", List.of(array, "array[" + array + "]", "'{}'"));
        }
      }
    }
  }

  private static boolean exists(Connection connection, String value, String type) {
    try {
      execute(connection, "select (" + value + ")::" + type);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String oracle() throws IOException {
    try (var stream = ExactEventsTest.class.getResourceAsStream("/oracle.sql")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
