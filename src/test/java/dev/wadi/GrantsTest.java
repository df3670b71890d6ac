package dev.wadi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.capture.Finding;
import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.postgres.Grants;
import dev.wadi.postgres.TableName;
import dev.wadi.webhook.TestReceiver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A role with what {@code wadi grants} prints can do everything, and needs all of it. */
class GrantsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String EMIT = "pg_logical_emit_message(boolean,text,text,boolean)";

  @TempDir private Path folder;

  private final EmbeddedDatabase database = EmbeddedDatabase.create();
  private final String role = "The \"role\" of " + database.name();
  private final String quoted = "\"" + role.replace("\"", "\"\"") + "\"";
  private RouteFiles routes;
  private Map<String, String> environment;

  /** Nothing is left of what Postgres gives to everybody, so that only the script counts. */
  @BeforeEach
  void prepare() throws IOException {
    database.execute(
        """
        revoke all on database %s from public;
        revoke all on schema public from public;
        create schema shop;
        create schema log;
        create table shop.orders (id int primary key, note text);
        alter table shop.orders replica identity full;
        create table shop.items (id int primary key, note text);
        alter table shop.items replica identity full;
        """
            .formatted(database.name()));
    Capture.createEventTable(database, "log.events");
    database.execute("comment on table log.events is 'wadi: event table, retention 1 days'");
    routes = RouteFiles.copiedTo(folder).pipeline("orders", "shop.orders", "log.events");
    environment = WadiEnvironment.of(database, routes);
    environment.put("WADI_DATABASE_USER", role);
    environment.put("WADI_API_TOKEN", "secret");
    environment.put("WADI_RETENTION_INTERVAL_MS", "100");
    environment.put("WADI_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    environment.put("WADI_WEBHOOK_ALLOW_HTTP", "true");
    environment.put("WADI_WEBHOOK_ALLOWED_HOSTS", "127.0.0.1");
    grant();
  }

  @Test
  void a_role_with_these_rights_alone_can_do_everything() throws Exception {
    assertThat(findings()).isEmpty();
    try (var wadi = WadiInside.start(environment);
        var receiver = new TestReceiver(TestReceiver.status(200))) {
      wadi.awaitStreaming();
      var api = new ApiClient("http://127.0.0.1:" + environment.get("WADI_HTTP_PORT"), "secret");
      created(api, "streams", "{\"name\": \"events\", \"table\": \"log.events\"}");
      created(api, "consumer_groups", "{\"name\": \"billing\", \"stream\": \"events\"}");
      created(
          api,
          "webhooks",
          "{\"name\": \"hook\", \"stream\": \"events\", \"url\": \"%s\"}"
              .formatted(receiver.url()));
      addTable(api);

      database.execute("insert into shop.orders values (1); insert into shop.items values (2)");
      var received = api.get("/api/consumer_groups/billing/receive?batch_size=10&wait_for=20s");
      var acked =
          api.post(
              "/api/consumer_groups/billing/ack", WadiForApi.ackIds(WadiForApi.ackIds(received)));
      Capture.awaitCaughtUp(database);

      assertThat(WadiForApi.keys(received)).containsExactly("1");
      assertThat(acked.status()).isEqualTo(200);
      assertThat(database.rows("select record_pk from log.made_by_api")).containsExactly("2");
      await("the webhook is sent").atMost(LIMIT).until(() -> receiver.requests().size() == 1);
      lookAtAll(api);
      expire();
      pauseAndResume(api);
      created(api, "tokens", "{\"name\": \"reader\", \"scopes\": [\"read\"]}");
      assertThat(api.delete("/api/consumer_groups/billing").status()).isEqualTo(204);
    }
    makeSlotAnew();
    assertThat(database.holds("select not rolsuper from pg_roles where oid = " + regrole()))
        .isTrue();
  }

  @Test
  void each_right_that_is_missing_is_named_with_what_gives_it_back() throws Exception {
    try (var wadi = WadiInside.start(environment)) {
      wadi.awaitStreaming();
    }
    var removals = new LinkedHashMap<String, String>();
    removals.put("alter role %s nologin", "alter role %s login;");
    removals.put(
        "revoke execute on function pg_control_system() from public",
        "grant execute on function pg_control_system() to %s;");
    removals.put(
        "revoke execute on function " + EMIT + " from public",
        "grant execute on function " + EMIT + " to %s;");
    removals.put("alter role %s noreplication", "alter role %s replication;");
    removals.put(
        "revoke connect on database {db} from %s", "grant connect on database \"{db}\" to %s;");
    removals.put(
        "drop publication wadi",
        "create publication \"wadi\" with (publish_via_partition_root = true);");
    removals.put("select 1", "alter publication \"wadi\" add table \"shop\".\"orders\";");
    removals.put(
        "revoke create on schema wadi from %s", "grant usage, create on schema wadi to %s;");
    removals.put(
        "revoke usage on schema wadi from %s", "grant usage, create on schema wadi to %s;");
    removals.put(
        "alter table wadi.positions owner to postgres", "alter table wadi.positions owner to %s;");
    removals.put("revoke usage on schema log from %s", "grant usage on schema \"log\" to %s");
    removals.put("revoke create on schema log from %s", "grant create on schema \"log\" to %s;");
    for (var right : List.of("select", "insert")) {
      removals.put(
          "revoke " + right + " on log.events from %s",
          "grant select, insert on \"log\".\"events\" to %s");
    }
    removals.put(
        "revoke delete on log.events from %s", "grant delete on \"log\".\"events\" to %s;");

    assertThat(grantedRights())
        .isNotEmpty()
        .allSatisfy(
            right ->
                assertThat(removals.keySet())
                    .map(this::named)
                    .contains("revoke " + right + " from " + quoted));
    for (var removal : removals.entrySet()) {
      var remedy = named(removal.getValue());
      database.execute(named(removal.getKey()));
      assertThat(findings())
          .as(removal.getKey())
          .anySatisfy(finding -> assertThat(finding.toString()).contains(remedy));
      database.execute(remedy);
    }
    assertThat(findings()).isEmpty();
  }

  @Test
  void a_database_with_an_event_log_elsewhere_needs_two_roles() throws Exception {
    environment.put("WADI_LOG_URL", "jdbc:postgresql://log.example:5433/events");
    environment.put("WADI_LOG_USER", "logger");
    var settings = Settings.load(Path.of("target"), environment);

    var parts = GrantsCommand.script(settings, null, List.of("extra")).split("(?=-- Run in)");

    assertThat(parts).hasSize(2);
    assertThat(parts[0])
        .startsWith("-- Run in the captured database '" + database.name() + "'")
        .contains("alter role " + quoted + " replication;")
        .doesNotContain("schema wadi");
    assertThat(parts[1])
        .startsWith("-- Run in the event-log database 'events' at log.example:5433")
        .contains("create schema if not exists wadi authorization \"logger\";")
        .contains("grant usage, create on schema \"extra\" to \"logger\";")
        .doesNotContain("replication");
    assertThat(GrantsCommand.script(settings, "one", List.of()))
        .doesNotContain("logger")
        .contains("to \"one\";");
  }

  @Test
  void two_roles_with_these_rights_alone_capture_into_another_database() throws Exception {
    var eventLog = EmbeddedDatabase.create();
    eventLog.execute(
        "revoke all on database %s from public; revoke all on schema public from public; create schema log"
            .formatted(eventLog.name()));
    Capture.createEventTable(eventLog, "log.events");
    var apart = WadiEnvironment.of(database, eventLog, routes);
    apart.put("WADI_DATABASE_USER", "reader of " + database.name());
    apart.put("WADI_LOG_USER", "logger of " + eventLog.name());
    apart.put("WADI_API_TOKEN", "secret");
    var settings = Settings.load(Path.of("target"), apart);
    var parts = GrantsCommand.script(settings, null, List.of()).split("(?=-- Run in)");
    database.execute(parts[0]);
    eventLog.execute(parts[1]);
    assertThat(CheckCommand.findings(settings)).isEmpty();

    try (var wadi = WadiInside.start(apart)) {
      wadi.awaitStreaming();
      var api = new ApiClient("http://127.0.0.1:" + apart.get("WADI_HTTP_PORT"), "secret");
      created(api, "streams", "{\"name\": \"events\", \"table\": \"log.events\"}");
      created(api, "consumer_groups", "{\"name\": \"billing\", \"stream\": \"events\"}");
      database.execute("insert into shop.orders values (1)");
      var received = api.get("/api/consumer_groups/billing/receive?batch_size=10&wait_for=60s");
      assertThat(WadiForApi.keys(received)).containsExactly("1");
    }
  }

  @Test
  void a_name_that_looks_like_a_placeholder_is_only_a_name() {
    var table = new TableName("public", "x{table_text}{role}");

    var script = new Grants("me").append(List.of(), List.of(table)).script();

    assertThat(script)
        .contains("to_regclass('" + table.quoted() + "')", "on " + table.quoted() + " to \"me\"");
  }

  @Test
  void a_backfill_needs_to_read_its_table() throws Exception {
    database.execute("insert into shop.orders values (1, 'old')");
    var file = routes.folder().resolve("pipelines/orders.camel.yaml");
    var text = Files.readString(file);
    Files.writeString(
        file,
        text.replace(
            "table: \"shop.orders\"\n", "table: \"shop.orders\"\n        backfill: true\n"));
    var remedy = named("grant select on \"shop\".\"orders\" to %s;");
    assertThat(findings()).anySatisfy(finding -> assertThat(finding.toString()).contains(remedy));

    grant();

    assertThat(findings()).isEmpty();
    database.execute(named("revoke usage on schema shop from %s"));
    var usage = named("grant usage on schema \"shop\" to %s;");
    assertThat(findings()).anySatisfy(finding -> assertThat(finding.toString()).contains(usage));
    grant();
    try (var wadi = WadiInside.start(environment)) {
      wadi.awaitStreaming();
      await("the old row is an event")
          .atMost(LIMIT)
          .until(() -> database.holds("exists (select from log.events where action = 'read')"));
    }
  }

  /** As an administrator would, with another pipeline; and a table that Wadi makes itself. */
  private void addTable(ApiClient api) throws Exception {
    created(
        api,
        "event_tables",
        "{\"table\": \"log.made_by_api\", \"retention_days\": 1, \"partitioned\": true}");
    routes.pipeline("items", "shop.items", "log.made_by_api");
    grant();
    await("the pipeline runs")
        .atMost(LIMIT)
        .until(() -> api.get("/api/pipelines/items").body().contains("\"streaming\""));
    Capture.awaitPublished(database, "shop.items");
  }

  private void lookAtAll(ApiClient api) throws Exception {
    for (var path :
        List.of(
            "events?table=log.events",
            "events/history?event_table=log.events&table=shop.orders&record_pk=1",
            "events/as_of?event_table=log.events&table=shop.orders&at=2100-01-01T00:00:00Z",
            "event_tables",
            "tables",
            "gaps",
            "quarantine",
            "webhooks/hook/attempts",
            "webhooks/hook/dead",
            "consumer_groups/billing/dead",
            "consumer_groups/billing/blocked")) {
      assertThat(api.get("/api/" + path).status()).as(path).isEqualTo(200);
    }
    for (var path :
        List.of("consumer_groups/billing/dead/redrive", "webhooks/hook/rotate_secret")) {
      assertThat(api.post("/api/" + path, "").status()).as(path).isEqualTo(200);
    }
    var all = "{\"pipeline\": \"orders\"}";
    for (var path : List.of("quarantine/replay", "quarantine/discard")) {
      assertThat(api.post("/api/" + path, all).status()).as(path).isEqualTo(200);
    }
    var settings = Settings.load(Path.of("target"), environment);
    assertThat(SecretsCommand.rotate(settings)).contains("current key: 1");
    try (var eventLog = Wiring.logAddress(settings).pool("verify", 1)) {
      assertThat(VerifyCommand.verify(new TableName("log", "events"), eventLog)).isZero();
    }
  }

  private void pauseAndResume(ApiClient api) {
    assertThat(api.post("/api/pipelines/orders/pause", "").status()).isEqualTo(200);
    database.execute("insert into shop.orders values (7)");
    await("the change is kept")
        .atMost(LIMIT)
        .until(() -> database.holds("exists (select from wadi.kept_changes)"));
    assertThat(api.post("/api/pipelines/orders/resume", "").status()).isEqualTo(200);
    await("the change is an event")
        .atMost(LIMIT)
        .until(() -> database.holds("exists (select from log.events where record_pk = '7')"));
  }

  private void makeSlotAnew() throws Exception {
    var out = new ByteArrayOutputStream();
    // Postgres may take a moment to notice that Wadi is gone.
    await()
        .until(
            () ->
                database.holds(
                    "select active_pid is null from pg_replication_slots where slot_name = '"
                        + environment.get("WADI_SLOT")
                        + "'"));
    database.execute("select pg_drop_replication_slot('" + environment.get("WADI_SLOT") + "')");
    SlotCommand.recreate(
        Settings.load(Path.of("target"), environment), true, new PrintStream(out, true, UTF_8));
    assertThat(out.toString(UTF_8)).contains("capture goes on at");
  }

  /** {@code <right> on <object>} for each right of each plain grant in the script. */
  private List<String> grantedRights() throws Exception {
    var script =
        GrantsCommand.script(Settings.load(Path.of("target"), environment), null, List.of());
    var rights = new ArrayList<String>();
    var grant = Pattern.compile("grant ([a-z, ]+) on (.+) to " + Pattern.quote(quoted) + ";");
    for (var found = grant.matcher(script); found.find(); ) {
      for (var right : found.group(1).split(", ")) {
        rights.add(right + " on " + found.group(2).replace("\"", ""));
      }
    }
    return rights;
  }

  private void expire() {
    database.execute("update log.events set committed_at = now() - interval '3 days'");
    await("old events are gone")
        .atMost(LIMIT)
        .until(() -> database.holds("not exists (select from log.events)"));
  }

  private void grant() throws IOException {
    try {
      database.execute(
          GrantsCommand.script(Settings.load(Path.of("target"), environment), null, List.of()));
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static void created(ApiClient api, String what, String body) {
    var reply = api.post("/api/" + what, body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
  }

  private List<Finding> findings() throws Exception {
    return CheckCommand.findings(Settings.load(Path.of("target"), environment));
  }

  private String named(String sql) {
    return sql.replace("%s", quoted).replace("{db}", database.name());
  }

  private String regrole() {
    return "'" + quoted.replace("'", "''") + "'::regrole";
  }
}
