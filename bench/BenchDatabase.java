import dev.wadi.playground.PlaygroundServer;
import dev.wadi.playground.PlaygroundSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/** A Postgres of the benchmark's own, in a temporary folder that goes with it. */
final class BenchDatabase implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration GLANCE = Duration.ofMillis(20);

  private final Path folder;
  private final PlaygroundServer server;
  private final Connection connection;

  private BenchDatabase(Path folder, PlaygroundServer server) throws SQLException {
    this.folder = folder;
    this.server = server;
    this.connection = connect();
  }

  static BenchDatabase start() throws Exception {
    var folder = Files.createTempDirectory("wadi-bench-");
    var settings = new PlaygroundSettings(folder.resolve("postgres"), freePort(), false);
    var database = new BenchDatabase(folder, PlaygroundServer.start(settings));
    stopWithThisProcess(database.server);
    database.execute("alter system set max_slot_wal_keep_size = -1");
    database.execute("select pg_reload_conf()");
    return database;
  }

  /** Ctrl-C ends no program that runs beside this one; after a normal end there is none. */
  private static void stopWithThisProcess(PlaygroundServer server) {
    var stop =
        new Thread(
            () -> {
              ProcessHandle.current().children().forEach(ProcessHandle::destroy);
              server.close();
            });
    Runtime.getRuntime().addShutdownHook(stop);
  }

  Path folder() {
    return folder;
  }

  PlaygroundServer server() {
    return server;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        server.jdbcUrl(), PlaygroundServer.USER, PlaygroundServer.PASSWORD);
  }

  /** A connection to another database of the same server. */
  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        server.jdbcUrl().replace(PlaygroundServer.DATABASE, database),
        PlaygroundServer.USER,
        PlaygroundServer.PASSWORD);
  }

  void execute(String sql) throws SQLException {
    execute(connection, sql);
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String text(String sql) throws SQLException {
    return text(connection, sql);
  }

  static String text(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  /** Bytes of WAL written so far by the whole server. */
  long wal() throws SQLException {
    return number("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')");
  }

  /** Returns once the query gives true; a relation that is not there yet counts as false. */
  void await(WadiRun wadi, String condition) throws Exception {
    var deadline = Instant.now().plus(LIMIT);
    while (!isTrue(condition)) {
      wadi.requireRunning();
      if (Instant.now().isAfter(deadline)) {
        throw new IllegalStateException("not so within " + LIMIT + ": " + condition);
      }
      Thread.sleep(GLANCE.toMillis());
    }
  }

  private boolean isTrue(String condition) {
    try {
      return "t".equals(text(condition));
    } catch (SQLException e) {
      return false;
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws Exception {
    connection.close();
    server.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
