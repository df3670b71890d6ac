package dev.wadi.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.kit.EmbeddedDatabase;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class WadiSchemaTest {

  private static final String HISTORY =
      "select count(*) > 0 and bool_and(success) and count(*) = count(distinct version)"
          + " from wadi.schema_history where version is not null";

  private final EmbeddedDatabase database = EmbeddedDatabase.create();

  @Test
  void second_migration_changes_nothing() throws Exception {
    new WadiSchema(database.dataSource()).migrate();
    new WadiSchema(database.dataSource()).migrate();

    assertThat(database.rows(HISTORY)).containsExactly("t");
  }

  @Test
  void two_at_once_wait_for_each_other() throws Exception {
    var both = Executors.newFixedThreadPool(2);
    Callable<Boolean> migration =
        () -> {
          new WadiSchema(database.dataSource()).migrate();
          return true;
        };
    try {
      for (var done : both.invokeAll(java.util.List.of(migration, migration))) {
        assertThat(done.get()).isTrue();
      }
    } finally {
      both.shutdown();
    }
    assertThat(database.rows(HISTORY)).containsExactly("t");
  }

  @Test
  void role_that_flyway_cannot_name_is_refused() throws Exception {
    database.execute("drop role if exists \"App's\"; create role \"App's\" login");

    assertThatThrownBy(new WadiSchema(database.dataSource("App's"))::migrate)
        .hasMessageContaining("must have no apostrophe in its name");
  }

  @Test
  void role_without_the_right_is_told_what_to_run() throws Exception {
    database.execute("drop role if exists \"App\"; create role \"App\" login");
    var schema = new WadiSchema(database.dataSource("App"));

    assertThatThrownBy(schema::migrate)
        .hasMessageStartingWith("schema 'wadi': role 'App' must have the right to create it")
        .hasMessageEndingWith("create schema wadi authorization \"App\";");

    database.execute("create schema wadi");
    assertThatThrownBy(schema::migrate)
        .hasMessageEndingWith("grant usage, create on schema wadi to \"App\";");

    database.execute("grant usage, create on schema wadi to \"App\"");
    schema.migrate();
    assertThat(database.rows(HISTORY)).containsExactly("t");
  }
}
