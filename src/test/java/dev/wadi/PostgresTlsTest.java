package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Certificate;
import dev.wadi.kit.Database;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the JDBC URL says of TLS holds for every connection to Postgres. */
@Tag("slow")
class PostgresTlsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String BACKENDS =
      "from pg_stat_activity join pg_stat_ssl using (pid) where usename = 'wadi'";

  @TempDir private Path folder;

  private Certificate certificate;
  private EmbeddedPostgres postgres;
  private Database database;
  private RouteFiles routes;

  @BeforeEach
  void start() throws Exception {
    certificate = Certificate.make(folder, "postgres", "dns:localhost");
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", certificate.certificateFile().toString())
            .setServerConfig("ssl_key_file", certificate.keyFile().toString())
            .start();
    database = Database.at(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
    database.execute("create role wadi superuser login");
    database.execute("create table orders (id int primary key, note text)");
    database.execute("alter table orders replica identity full");
    Capture.createEventTable(database, "public.events");
    routes = RouteFiles.copiedTo(folder).pipeline("orders", "public.orders", "public.events");
  }

  @AfterEach
  void stop() throws Exception {
    postgres.close();
  }

  @Test
  void every_connection_is_encrypted() throws Exception {
    for (var option : List.of("sslmode=verify-full", "ssl=true")) {
      var environment = environment("localhost", option, certificate);
      assertThat(CheckCommand.findings(Settings.load(folder, environment))).isEmpty();
      try (var wadi = WadiInside.start(environment)) {
        wadi.awaitStreaming();
        var api = new ApiClient("http://127.0.0.1:" + environment.get("WADI_HTTP_PORT"), "secret");
        api.post("/api/streams", "{\"name\": \"events\", \"table\": \"public.events\"}");
        api.post("/api/consumer_groups", "{\"name\": \"billing\", \"stream\": \"events\"}");
        await("the group is served")
            .atMost(LIMIT)
            .until(() -> api.get("/api/consumer_groups/billing/status").status() == 200);

        assertThat(database.rows("select distinct backend_type " + BACKENDS + " order by 1"))
            .containsExactly("client backend", "walsender");
        assertThat(database.rows("select ssl, count(*) >= 4 " + BACKENDS + " group by 1"))
            .containsExactly("t|t");
      }
    }
  }

  @Test
  void a_certificate_of_another_ca_or_for_another_host_is_refused_in_words() throws Exception {
    var another = Certificate.make(folder, "another", "dns:localhost");

    assertThat(finding(environment("localhost", "sslmode=verify-full", another)))
        .startsWith("error: database: cannot be asked: ")
        .contains("must be signed by the CA in sslrootcert")
        .contains("for host 'localhost'");
    assertThat(finding(environment("127.0.0.1", "sslmode=verify-full", certificate)))
        .contains("127.0.0.1");
    var environment = environment("localhost", "sslmode=verify-full", another);
    try (var wadi = WadiInside.start(environment)) {
      org.awaitility.Awaitility.await()
          .until(() -> wadi.awaitWaiting().body().contains("certification path"));
    }
    assertThat(database.rows("select * " + BACKENDS)).isEmpty();
  }

  @Test
  void a_role_that_needs_no_password_is_given_none() throws Exception {
    var environment = environment("localhost", "sslmode=verify-full", certificate);
    environment.remove("WADI_DATABASE_PASSWORD");
    try (var wadi = WadiInside.start(environment)) {
      wadi.awaitStreaming();
    }
  }

  private String finding(Map<String, String> environment) throws Exception {
    var findings = CheckCommand.findings(Settings.load(folder, environment));
    assertThat(findings).hasSize(1);
    return findings.get(0).toString();
  }

  private Map<String, String> environment(String host, String option, Certificate trusted)
      throws Exception {
    var environment = WadiEnvironment.of(database, routes);
    environment.put("WADI_DATABASE_USER", "wadi");
    environment.put("WADI_API_TOKEN", "secret");
    environment.put(
        "WADI_DATABASE_URL",
        "jdbc:postgresql://%s:%d/postgres?%s&sslrootcert=%s"
            .formatted(host, postgres.getPort(), option, trusted.certificateFile()));
    return environment;
  }
}
