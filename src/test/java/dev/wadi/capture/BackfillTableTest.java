package dev.wadi.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class BackfillTableTest {

  @Test
  void schema_of_the_keys_type_must_be_usable_and_the_remedy_mends_it() throws SQLException {
    var database = EmbeddedDatabase.create();
    database.execute(
        """
        create schema types;
        create extension citext schema types;
        create table users (email types.citext primary key);
        create role "back filler" login;
        grant usage on schema public to "back filler";
        grant select on users to "back filler";
        """);

    var problem = problem(database);
    assertThat(problem)
        .isEqualTo(
            "table 'public.users': the type of its key may not be used; run: grant usage on schema \"types\" to"
                + " \"back filler\";");

    database.execute(problem.replaceFirst(".* run: ", ""));
    assertThat(problem(database)).isEmpty();
  }

  private static String problem(EmbeddedDatabase database) throws SQLException {
    try (var connection = database.dataSource("back filler").getConnection()) {
      var table = BackfillTable.find(connection, TableName.parse("users"), "");
      return String.valueOf(table == null ? null : table.problem());
    }
  }
}
