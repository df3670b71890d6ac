package dev.wadi.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.TypeCorpus;
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
import org.junit.jupiter.api.Test;

/** Values go through the real engine; a row trigger keeps what {@code to_jsonb} says. */
class JsonTextConverterTest {

  /** Values that Debezium fails on or changes before the converter sees them. */
  private static final Map<String, Set<String>> BEYOND_REACH =
      Map.of(
          "timetz", Set.of("all"),
          "interval", Set.of("'infinity'", "'-infinity'", "'2562047788:00:00'"));

  /** A domain over an enum, and two domains of one name over types that are read differently. */
  private static final Set<String> STOP_THE_ENGINE = Set.of("mood_domain", "other.positive");

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
    execute("drop domain " + String.join(", ", STOP_THE_ENGINE));
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
        "JsonTextConverter: %d column types, %d rows, %d values compared with to_jsonb%n",
        columns.size(), rows, values);
    assertThat(wrong).isEmpty();
  }

  private record Column(String type, List<String> values) {
    int size() {
      return values.size();
    }
  }

  private static Map<String, Column> columns() {
    var columns = new LinkedHashMap<String, Column>();
    for (var type : TypeCorpus.types()) {
      if (STOP_THE_ENGINE.contains(type.name())) {
        continue;
      }
      var beyond = BEYOND_REACH.getOrDefault(type.name(), Set.of());
      var values = type.values().stream().filter(value -> !beyond.contains(value)).toList();
      if (!beyond.contains("all")) {
        columns.put("c" + columns.size(), new Column(type.name(), values));
      }
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

  private static RunningEngine engine(String slot) {
    return new RunningEngine(postgres.getPostgresDatabase(), postgres.getPort(), slot);
  }

  private static void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
