package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.capture.Finding;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code wadi check} finds, each with what mends it. */
class CheckCommandTest {

  @TempDir private Path folder;

  @Test
  void nothing_is_found_where_all_is_well() throws Exception {
    var database = EmbeddedDatabase.create();
    database.execute("create table t (id int primary key, a text)");
    database.execute("alter table t replica identity full");
    Capture.createEventTable(database, "public.events");

    assertThat(findings(database, routes("public.t"), "postgres")).isEmpty();
  }

  @Test
  void tables_are_found_with_the_statement_that_mends_them() throws Exception {
    var database = EmbeddedDatabase.create();
    database.execute(
        """
        create table by_key (id int primary key, twice int generated always as (id * 2) stored);
        create table keyless (a text);
        create table no_key (a text);
        alter table no_key replica identity full;
        create unlogged table forgetful (id int primary key);
        create table parted (id int primary key) partition by list (id);
        create table parted_one partition of parted for values in (1);
        alter table parted replica identity full;
        create table keyless_root (id int) partition by list (id);
        create type tone as enum ('low');
        create function tone_json(tone) returns json language sql as $$ select json '1' $$;
        create cast (tone as json) with function tone_json(tone);
        create table toned (id int primary key, tones tone[]);
        alter table toned replica identity full;
        """);
    var routes =
        routes(
            "public.by_key,public.keyless,public.no_key,public.forgetful,public.parted,public.keyless_root,public.toned,public.missing");

    assertThat(findings(database, routes, "postgres"))
        .anySatisfy(
            text ->
                assertThat(text).isEqualTo(warning("by_key", "alter table \"public\".\"by_key\"")))
        .anySatisfy(text -> assertThat(text).isEqualTo(warning("parted", "alter table parted_one")))
        .anySatisfy(
            text ->
                assertThat(text)
                    .startsWith("warning: table public.by_key: column 'twice' is generated"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .startsWith("error: table public.keyless: cannot be captured")
                    .contains("alter table \"public\".\"keyless\" replica identity full;"))
        .anySatisfy(
            text -> assertThat(text).startsWith("warning: table public.no_key: has no primary key"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .startsWith("warning: table public.keyless_root: has no primary key")
                    .contains("refuses updates and deletes in each partition that is added"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .startsWith("error: table public.forgetful:")
                    .contains("set logged;"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .startsWith(
                        "warning: table public.toned: column 'tones' is not exact: type tone"))
        .anySatisfy(
            text -> assertThat(text).startsWith("error: table public.missing: cannot be captured"))
        .anySatisfy(text -> assertThat(text).contains("events").contains("wadi ddl"))
        .hasSize(10);

    var file = routes.folder().resolve("pipelines/all.camel.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replaceFirst("table: \".*\"\n", "table: public.*ed\n        filters: FILTERS\n")
            .replace("FILTERS", "'[{\"column\": \"tones\", \"operator\": \"is null\"}]'"));
    assertThat(findings(database, routes, "postgres"))
        .contains(
            "warning: pipeline 'all': filter on 'tones': table 'public.parted' has no such column"
                + " (has id); none of its changes passes");

    Files.writeString(
        file,
        Files.readString(file)
            .replace("public.*ed", "public.by_key")
            .replace("tones", "id")
            .replace("is null", ">")
            .replace("\"}]", "\", \"value\": \"abc\"}]"));
    assertThat(findings(database, routes, "postgres"))
        .contains(
            "error: pipeline 'all': filter on 'id': 'value' must be a number (got 'abc');"
                + " capture waits at its start");
  }

  private static String warning(String table, String remedy) {
    return "warning: table public."
        + table
        + ": old values are not known, so changes is null and a delete's record holds only the key;"
        + " run: "
        + remedy
        + " replica identity full;";
  }

  @Test
  void rights_that_the_role_lacks_are_found() throws Exception {
    var database = EmbeddedDatabase.create();
    database.execute("create table t (id int primary key)");
    database.execute("alter table t replica identity full");
    Capture.createEventTable(database, "public.events");
    var role = "weak_" + database.name();
    database.execute("create role " + role + " login password 'postgres'");

    assertThat(findings(database, routes("public.t"), role))
        .anySatisfy(
            text ->
                assertThat(text)
                    .startsWith("error: role '" + role + "'")
                    .endsWith("alter role \"" + role + "\" replication;"))
        .anySatisfy(
            text ->
                assertThat(text).startsWith("error: publication").contains("create publication"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .startsWith("error: table public.t: is not published")
                    .contains("alter publication \"wadi\" add table \"public\".\"t\";"))
        .anySatisfy(text -> assertThat(text).startsWith("error: schema 'wadi'"))
        .anySatisfy(text -> assertThat(text).contains("grant select, insert"))
        .anySatisfy(text -> assertThat(text).startsWith("warning:").contains("grant delete"))
        .anySatisfy(text -> assertThat(text).startsWith("warning:").contains("grant create"))
        .hasSize(7);
  }

  @Test
  void server_that_cannot_be_captured_is_found_and_waited_for() throws Exception {
    try (var postgres =
        EmbeddedPostgres.builder()
            .setPGStartupWait(Duration.ofMinutes(1))
            .setServerConfig("max_wal_senders", "0")
            .setServerConfig("max_replication_slots", "0")
            .start()) {
      var database =
          Database.at(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
      database.execute("create table t (id int primary key)");
      Capture.createEventTable(database, "public.events");
      var environment = WadiEnvironment.of(database, routes("public.t"));

      assertThat(CheckCommand.findings(Settings.load(Path.of("target"), environment)))
          .filteredOn(Finding::blocking)
          .extracting(Finding::text)
          .satisfiesExactly(
              text -> assertThat(text).contains("alter system set wal_level = 'logical';"),
              text -> assertThat(text).contains("max_replication_slots"),
              text -> assertThat(text).contains("max_wal_senders"));
      database.execute("create role rds_superuser");
      assertThat(CheckCommand.findings(Settings.load(Path.of("target"), environment)))
          .extracting(Finding::text)
          .anySatisfy(
              text ->
                  assertThat(text)
                      .startsWith("setting wal_level: must be logical")
                      .contains("ParameterName=rds.logical_replication,ParameterValue=1"))
          .noneSatisfy(text -> assertThat(text).contains("alter system"));
      database.execute("drop role rds_superuser");
      try (var wadi = WadiInside.start(environment)) {
        org.awaitility.Awaitility.await("the reason to wait")
            .atMost(Duration.ofSeconds(180))
            .until(() -> wadi.health().body().contains("wal_level: must be logical"));
      }
    }
  }

  @Test
  void database_that_does_not_answer_is_a_finding() throws Exception {
    var environment = Map.of("WADI_DATABASE_URL", "jdbc:postgresql://localhost:1/none");
    assertThat(CheckCommand.findings(Settings.load(Path.of("target"), environment)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.text()).startsWith("database: cannot be asked:"));
  }

  private RouteFiles routes(String tables) throws IOException {
    return RouteFiles.copiedTo(folder).pipeline("all", tables, "public.events");
  }

  private static List<String> findings(Database database, RouteFiles routes, String role)
      throws Exception {
    var environment = WadiEnvironment.of(database, routes);
    environment.put("WADI_DATABASE_USER", role);
    return CheckCommand.findings(Settings.load(Path.of("target"), environment)).stream()
        .map(Finding::toString)
        .toList();
  }
}
