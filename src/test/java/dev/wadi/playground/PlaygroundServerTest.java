package dev.wadi.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class PlaygroundServerTest {

  /** Shared, so that the programs are unpacked once. */
  @TempDir static Path root;

  private Path directory;
  private int port;

  @BeforeEach
  void choosePlace(TestInfo test) {
    directory = root.resolve(test.getTestMethod().orElseThrow().getName());
    port = FreePort.next();
  }

  @Test
  void first_start_creates_the_regions_as_documented() throws SQLException {
    try (var server = start();
        var database = connect(server)) {
      assertThat(
              query(
                  database,
                  "select id || ' ' || name || ' ' || timezone from public.regions order by id"))
          .containsExactly(
              "1 us-east-1 est",
              "2 us-west-1 pst",
              "3 us-west-2 pst",
              "4 us-east-2 est",
              "5 us-central-1 cst");
      assertThat(query(database, "select relreplident from pg_class where relname = 'regions'"))
          .containsExactly("f");
      assertThat(query(database, "show wal_level")).containsExactly("logical");
      assertThat(query(database, "show fsync")).containsExactly("on");
      assertThat(query(database, "show max_slot_wal_keep_size")).containsExactly("2GB");
      assertThat(query(database, "show server_version")).first().asString().startsWith("17.");
    }
  }

  @Test
  void an_update_renews_updated_at_unless_it_sets_it() throws SQLException {
    try (var server = start();
        var database = connect(server)) {
      run(database, "update public.regions set timezone = 'mst' where id = 1");
      run(database, "update public.regions set updated_at = '2001-01-01' where id = 2");

      assertThat(
              query(database, "select updated_at > inserted_at from public.regions where id = 1"))
          .containsExactly("t");
      assertThat(query(database, "select updated_at from public.regions where id = 2"))
          .containsExactly("2001-01-01 00:00:00");
    }
  }

  @Test
  void the_password_is_checked_on_every_loopback_address() {
    try (var server = start()) {
      for (var host : List.of("127.0.0.1", "localhost")) {
        assertThatThrownBy(
                () -> DriverManager.getConnection(url(host, server), "postgres", "wrong"))
            .hasMessageContaining("password authentication failed");
      }
      assertThat(server.url())
          .isEqualTo(
              "postgresql://postgres:postgres@localhost:%d/sequin_playground?sslmode=disable"
                  .formatted(port));
    }
  }

  @Test
  void a_second_start_keeps_the_data_and_creates_nothing() throws SQLException {
    try (var server = start();
        var database = connect(server)) {
      run(database, "insert into public.regions (name, timezone) values ('us-gov-west-1', 'pst')");
      run(database, "delete from public.regions where id = 1");
    }

    try (var server = start();
        var database = connect(server)) {
      assertThat(query(database, "select id from public.regions order by id"))
          .containsExactly("2", "3", "4", "5", "6");
    }
  }

  @Test
  void closing_leaves_no_process_and_a_clean_shutdown() throws IOException {
    var server = start();
    var postmaster = ProcessHandle.of(server.processId()).orElseThrow();
    Thread.currentThread().interrupt();

    server.close();
    server.close();

    assertThat(Thread.interrupted()).isTrue();
    await().until(() -> !executes(postmaster));
    assertThat(log())
        .contains("received fast shutdown request")
        .contains("database system is shut down");
  }

  @Test
  void reset_starts_from_the_five_regions() throws SQLException {
    try (var server = start();
        var database = connect(server)) {
      run(database, "delete from public.regions");
    }

    try (var server = PlaygroundServer.start(new PlaygroundSettings(directory, port, true));
        var database = connect(server)) {
      assertThat(query(database, "select count(*) from public.regions")).containsExactly("5");
    }
  }

  @Test
  void a_taken_port_is_named() throws IOException {
    for (var address : List.of("127.0.0.1", "::1", "0.0.0.0")) {
      try (var other = new ServerSocket(0, 1, InetAddress.getByName(address))) {
        assertThatThrownBy(
                () ->
                    PlaygroundServer.start(
                        new PlaygroundSettings(directory, other.getLocalPort(), false)))
            .isInstanceOf(PlaygroundException.class)
            .hasMessageStartingWith(
                "playground: port %d is in use by another program", other.getLocalPort());
      }
    }
  }

  @Test
  void a_directory_of_something_else_is_refused_and_untouched() throws IOException {
    Files.createDirectory(directory);
    var version = Files.writeString(directory.resolve("PG_VERSION"), "17\n");

    assertThatThrownBy(() -> PlaygroundServer.start(new PlaygroundSettings(directory, port, true)))
        .isInstanceOf(PlaygroundException.class)
        .hasMessageContaining("holds something other than a playground");
    assertThat(version).exists();
  }

  @Test
  void a_second_playground_on_the_same_data_is_refused() throws IOException {
    try (var server = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(PlaygroundException.class)
          .hasMessageContaining("is in use by another Wadi");
      assertThat(ProcessHandle.of(server.processId())).isPresent();
    }
  }

  @Test
  void data_survive_a_killed_process_whose_postgres_lives_on() throws Exception {
    var process = startProcess();
    var left = ProcessHandle.of(processId(process)).orElseThrow();
    try (var database = connect(port)) {
      run(database, "insert into public.regions (name) values ('eu-west-1')");
      process.destroyForcibly().waitFor();
      assertThat(executes(left)).isTrue();

      try (var server = start();
          var again = connect(server)) {
        assertThat(server.processId()).isNotEqualTo(left.pid());
        assertThat(query(again, "select name from public.regions where id = 6"))
            .containsExactly("eu-west-1");
        await().until(() -> !executes(left));
      }
    }
  }

  @Test
  void a_terminated_process_stops_its_postgres() throws Exception {
    var process = startProcess();
    var postmaster = ProcessHandle.of(processId(process)).orElseThrow();

    process.destroy();

    process.waitFor();
    await().until(() -> !executes(postmaster));
    assertThat(log()).contains("received fast shutdown request");
  }

  @Test
  void the_process_id_of_a_stranger_in_a_stale_file_is_left_alone() throws Exception {
    start().close();
    var stranger = new ProcessBuilder("sleep", "600").start();
    try {
      Files.write(
          directory.resolve("postmaster.pid"),
          List.of(Long.toString(stranger.pid()), directory.toRealPath().toString(), "1", "1"));

      try (var server = start();
          var database = connect(server)) {
        assertThat(query(database, "select count(*) from public.regions")).containsExactly("5");
        assertThat(stranger.isAlive()).isTrue();
      }
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void data_copied_from_a_running_server_are_refused_and_the_server_lives() throws Exception {
    var original = root.resolve("original");
    try (var server = PlaygroundServer.start(new PlaygroundSettings(original, port, false))) {
      Files.createDirectory(directory);
      for (var file : List.of("PG_VERSION", "wadi-playground", "postmaster.pid")) {
        Files.copy(original.resolve(file), directory.resolve(file));
      }

      assertThatThrownBy(this::start)
          .isInstanceOf(PlaygroundException.class)
          .hasMessageContaining("was moved or copied from");
      try (var database = connect(server)) {
        assertThat(query(database, "select 1")).containsExactly("1");
      }
    }
  }

  @Test
  void a_start_that_was_killed_while_creating_the_database_is_completed() throws SQLException {
    try (var server = start();
        var admin =
            DriverManager.getConnection(
                PlaygroundDatabase.url(server.port(), "postgres"), "postgres", "postgres")) {
      run(admin, "alter database sequin_playground rename to sequin_playground_unfinished");
    }

    try (var server = start();
        var database = connect(server)) {
      assertThat(query(database, "select count(*) from public.regions")).containsExactly("5");
    }
  }

  @Test
  void a_path_that_a_shell_would_change_is_refused() {
    assertThatThrownBy(
            () -> PlaygroundServer.start(new PlaygroundSettings(root.resolve("a$b"), port, false)))
        .isInstanceOf(PlaygroundException.class)
        .hasMessageContaining("must not contain");
  }

  @Test
  void a_path_with_spaces_works() {
    directory = root.resolve("two words");
    try (var server = start()) {
      assertThat(server.processId()).isPositive();
    }
  }

  private PlaygroundServer start() {
    return PlaygroundServer.start(new PlaygroundSettings(directory, port, false));
  }

  private Process startProcess() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            PlaygroundProcess.class.getName(),
            directory.toString(),
            Integer.toString(port))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static long processId(Process process) throws IOException {
    var reader = process.inputReader();
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith(PlaygroundProcess.STARTED)) {
        return Long.parseLong(line.substring(PlaygroundProcess.STARTED.length()).strip());
      }
    }
    throw new IOException("the playground's process ended before it started");
  }

  /** False also for an ended process that nobody has collected yet. */
  private static boolean executes(ProcessHandle process) {
    return process.isAlive() && process.info().arguments().isPresent();
  }

  private String log() throws IOException {
    return Files.readString(root.resolve(directory.getFileName() + ".log"));
  }

  private static String url(String host, PlaygroundServer server) {
    return "jdbc:postgresql://" + host + ":" + server.port() + "/sequin_playground";
  }

  private static Connection connect(PlaygroundServer server) throws SQLException {
    return connect(server.port());
  }

  private static Connection connect(int port) throws SQLException {
    return DriverManager.getConnection(
        PlaygroundDatabase.url(port, PlaygroundServer.DATABASE),
        PlaygroundServer.USER,
        PlaygroundServer.PASSWORD);
  }

  private static void run(Connection database, String sql) throws SQLException {
    try (var statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> query(Connection database, String sql) throws SQLException {
    try (var statement = database.createStatement();
        var rows = statement.executeQuery(sql)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
