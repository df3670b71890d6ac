package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables whose shape, name or existence changes while they are captured. */
@Tag("slow")
class SchemaChangesTest {

  private static final String TABLES =
      """
      create table shaped (id int primary key, a text);
      create table lagged (id int primary key, a text);
      alter table lagged replica identity full;
      create table widened (id int primary key, n int);
      create table renamed (id int primary key);
      create table remade (id int primary key);
      create table later (a text);
      create type mood as enum ('ok');
      create table moods (id int primary key, m mood);
      create type address as (street text, zip text);
      create table addressed (id serial primary key, addresses address[]);
      create table monthly (month int, a text) partition by list (month);
      create table monthly_1 partition of monthly for values in (1);
      alter table monthly_1 replica identity full;
      create table generated (id int primary key, twice int generated always as (id * 2) stored);
      """;

  private static CapturedTables captured;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    captured =
        CapturedTables.start(
            folder,
            TABLES,
            List.of(
                "shaped",
                "lagged",
                "widened",
                "renamed",
                "remade",
                "later",
                "moods",
                "addressed",
                "monthly",
                "generated"));
  }

  @AfterAll
  static void stop() {
    captured.close();
  }

  @Test
  void a_partition_without_replica_identity_is_named_until_it_has_one() {
    captured.database().execute("create table monthly_2 partition of monthly for values in (2)");

    captured.awaitHealth("alter table monthly_2 replica identity full;");
    captured.database().execute("alter table monthly_2 replica identity full");

    await("nothing is refused any more")
        .until(() -> !captured.wadi().health().body().contains("monthly_2"));
    assertThat(captured.eventsOf("insert into monthly values (2, 'x')", "delete from monthly"))
        .containsExactly(
            "insert||{\"a\": \"x\", \"month\": 2}||", "delete||{\"a\": \"x\", \"month\": 2}||");
  }

  @Test
  void a_partition_that_is_locked_holds_up_nothing() throws Exception {
    try (var connection = captured.database().connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table monthly_1 in access exclusive mode");
      captured.database().execute("create table monthly_3 partition of monthly for values in (3)");

      captured.awaitHealth("monthly_3");
      assertThat(captured.eventsOf("insert into renamed values (1000)")).hasSize(1);
    }
    captured.database().execute("alter table monthly_3 replica identity full");
  }

  @Test
  void record_has_the_shape_of_its_moment_within_a_transaction() {
    assertThat(
            captured.eventsOf(
                """
                begin;
                insert into shaped values (1, 'x');
                alter table shaped add z int default 7;
                insert into shaped values (2, 'y');
                alter table shaped drop a;
                insert into shaped values (3);
                alter table shaped rename z to zed;
                insert into shaped values (4);
                alter table shaped alter zed type text using 'n' || zed;
                insert into shaped values (5, 'five');
                alter table shaped rename id to key;
                insert into shaped values (6);
                commit
                """))
        .containsExactly(
            "insert|1|{\"a\": \"x\", \"id\": 1}||",
            "insert|2|{\"a\": \"y\", \"z\": 7, \"id\": 2}||",
            "insert|3|{\"z\": 7, \"id\": 3}||",
            "insert|4|{\"id\": 4, \"zed\": 7}||",
            "insert|5|{\"id\": 5, \"zed\": \"five\"}||",
            "insert|6|{\"key\": 6, \"zed\": \"7\"}||");
  }

  @Test
  void record_has_the_shape_of_its_moment_while_capture_lags() {
    assertThat(
            captured.eventsOfLaggingBehind(
                "insert into lagged values (1, 'x')",
                "alter table lagged rename id to key",
                "update lagged set a = 'y'",
                "alter table lagged alter a type int using 5",
                "update lagged set a = 6",
                "alter table lagged drop a",
                "delete from lagged"))
        .containsExactly(
            "insert|1|{\"a\": \"x\", \"id\": 1}||",
            "update|1|{\"a\": \"y\", \"key\": 1}|{\"a\": \"x\"}|",
            "update|1|{\"a\": 6, \"key\": 1}|{\"a\": 5}|",
            "delete|1|{\"key\": 1}||");
  }

  @Test
  void rewritten_table_makes_no_events() {
    captured.eventsOf("insert into widened select i, i from generate_series(1, 100) i");
    assertThat(
            captured.eventsOf(
                "alter table widened alter n type numeric(9, 2)",
                "update widened set n = 1 where id = 1"))
        .containsExactly("update|1|{\"n\": 1.00, \"id\": 1}||");
  }

  @Test
  void label_added_to_an_enum_is_known_at_once() {
    assertThat(
            captured.eventsOf(
                "insert into moods values (1, 'ok')",
                "alter type mood add value 'new'",
                "insert into moods values (2, 'new')",
                "alter type mood rename value 'new' to 'newer'",
                "insert into moods values (3, 'newer')"))
        .containsExactly(
            "insert|1|{\"m\": \"ok\", \"id\": 1}||",
            "insert|2|{\"m\": \"new\", \"id\": 2}||",
            "insert|3|{\"m\": \"newer\", \"id\": 3}||");
  }

  @Test
  void attribute_renamed_in_a_composite_type_is_known_soon() {
    captured.eventsOf("insert into addressed (addresses) values (array[row('x', '1')::address])");
    captured.database().execute("alter type address rename attribute zip to postcode");

    org.awaitility.Awaitility.await("the new name")
        .untilAsserted(
            () ->
                assertThat(
                        captured.eventsOf(
                            "insert into addressed (addresses) values (array[row('y', '2')::address])"))
                    .singleElement()
                    .asString()
                    .contains("[{\"street\": \"y\", \"postcode\": \"2\"}]"));
    assertThat(
            captured.eventsOf(
                "alter type address rename attribute postcode to code",
                "alter table addressed add column note text",
                "insert into addressed (addresses) values (array[row('z', '3')::address])"))
        .as("a table that has changed has it at once")
        .singleElement()
        .asString()
        .contains("[{\"code\": \"3\", \"street\": \"z\"}]");
  }

  @Test
  void renamed_table_is_said_to_be_missing_and_captured_again_under_its_name() {
    captured.eventsOf("insert into renamed values (1)");
    captured.database().execute("alter table renamed rename to elsewhere");
    captured.awaitHealth("public.renamed: not captured: it does not exist");
    captured.database().execute("alter table elsewhere rename to renamed");
    captured.awaitHealth("table_unpublished");
    captured.awaitHealth("\"ok\":true,\"capture\":\"streaming\"");
    assertThat(
            captured
                .database()
                .rows("select source_table, reason from wadi.gaps where source_table ~ 'renamed'"))
        .containsExactly("public.renamed|table_unpublished");
    assertThat(captured.eventsOf("insert into renamed values (2)"))
        .containsExactly("insert|2|{\"id\": 2}||");
  }

  @Test
  void table_that_was_made_anew_is_said_to_be_missing_and_captured_again() {
    captured.eventsOf("insert into remade values (1)");
    long before = captured.database().number("select 'remade'::regclass::oid::bigint");
    captured.database().execute("drop table remade");
    captured.awaitHealth("public.remade: not captured: it does not exist");
    captured.database().execute("create table remade (id int primary key, a text)");
    awaitPublished("remade");
    assertThat(captured.eventsOf("insert into remade values (2, 'x')"))
        .containsExactly("insert|2|{\"a\": \"x\", \"id\": 2}||");
    assertThat(
            captured
                .database()
                .rows(
                    "select distinct source_table_oid <> "
                        + before
                        + " from events where source_table_name = 'remade' and record_pk = '2'"))
        .containsExactly("t");
  }

  @Test
  void table_is_captured_once_it_has_an_identity() {
    captured.awaitHealth("public.later: not captured: it has no replica identity");
    captured.database().execute("alter table later replica identity full");
    awaitPublished("later");
    assertThat(captured.eventsOf("insert into later values ('x')", "update later set a = 'y'"))
        .containsExactly("insert||{\"a\": \"x\"}||", "update||{\"a\": \"y\"}|{\"a\": \"x\"}|");
  }

  @Test
  void generated_column_is_absent() {
    assertThat(captured.eventsOf("insert into generated values (1)"))
        .containsExactly("insert|1|{\"id\": 1}||");
  }

  private static void awaitPublished(String table) {
    Capture.awaitPublished(captured.database(), table);
  }
}
