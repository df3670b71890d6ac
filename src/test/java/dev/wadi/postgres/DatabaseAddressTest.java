package dev.wadi.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.EmbeddedDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseAddressTest {

  @ParameterizedTest
  @CsvSource({"off, on", "local, local", "remote_apply, remote_apply"})
  void commits_survive_a_crash_whatever_the_role_is_set_to(String set, String used)
      throws Exception {
    var database = EmbeddedDatabase.create();
    database.execute(
        "do $$ begin execute format('alter database %I set synchronous_commit = "
            + set
            + "', current_database()); end $$");
    try (var pool = new DatabaseAddress(database.url(), "postgres", "").pool("test", 1);
        var connection = pool.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("show synchronous_commit")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo(used);
    }
  }
}
