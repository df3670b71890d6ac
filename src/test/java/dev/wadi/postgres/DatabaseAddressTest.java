package dev.wadi.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.kit.EmbeddedDatabase;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    try (var pool = new DatabaseAddress(database.url(), "postgres", "").pool("test", 1)) {
      assertThat(shown(pool, "synchronous_commit")).isEqualTo(used);
    }
  }

  @Test
  void what_callers_read_ends_in_time() throws Exception {
    var database = EmbeddedDatabase.create();
    var address = new DatabaseAddress(database.url(), "postgres", "");
    try (var pool = address.readingPool("test", 1)) {
      assertThat(shown(pool, "statement_timeout")).isEqualTo("20s");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql:/a:1,b:2/x?user=u&password=canary&sslpassword=canary",
        "postgres://u:canary@host/db",
        "jdbc:postgresql://u:canary@host:1/db"
      })
  void a_refused_address_shows_no_password(String url) {
    assertThatThrownBy(() -> new DatabaseAddress(url, "u", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must look like")
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("canary"));
  }

  private static String shown(DataSource pool, String setting) throws SQLException {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("show " + setting)) {
      row.next();
      return row.getString(1);
    }
  }
}
