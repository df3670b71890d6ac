package dev.wadi.kit;

import dev.wadi.playground.PlaygroundServer;
import dev.wadi.playground.PlaygroundSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.awaitility.Awaitility;

/** A Postgres of a test's own, to be stopped and started again on the same data. */
public final class RestartablePostgres implements AutoCloseable {

  private final Path folder;
  private final PlaygroundSettings settings;
  private final Database database;
  private int databases;
  private PlaygroundServer server;

  private RestartablePostgres(Path folder, PlaygroundSettings settings) {
    this.folder = folder;
    this.settings = settings;
    this.server = PlaygroundServer.start(settings);
    this.database = Database.at(server.jdbcUrl(), PlaygroundServer.USER, PlaygroundServer.PASSWORD);
  }

  /** Starts one with its data in a folder. */
  public static RestartablePostgres start(Path folder) {
    return new RestartablePostgres(
        folder, new PlaygroundSettings(folder.resolve("postgres"), FreePort.next(), false));
  }

  /** A standby of it; it is started again meanwhile. */
  public StandbyPostgres standby() throws IOException {
    return StandbyPostgres.of(this, folder);
  }

  /** Where it listens, also after a restart. */
  public int port() {
    return settings.port();
  }

  /** The playground's database in it. */
  public Database database() {
    return database;
  }

  /** Creates an empty database in it. */
  public Database createDatabase() {
    var name = "test_" + ++databases;
    database.execute("create database " + name);
    return Database.at(
        server.jdbcUrl().replace("/" + PlaygroundServer.DATABASE, "/" + name),
        PlaygroundServer.USER,
        PlaygroundServer.PASSWORD);
  }

  /** Shuts down as an administrator would: connections are cut, the data are complete. */
  public void stopFast() {
    server.close();
  }

  /** Shuts down as a power cut would: the next start recovers from the WAL. */
  public void stopImmediately() throws IOException {
    var postmaster = ProcessHandle.of(server.processId()).orElseThrow();
    new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster.pid())).inheritIO().start();
    // An ended process that nobody has collected yet has no arguments any more.
    Awaitility.await()
        .until(() -> !postmaster.isAlive() || postmaster.info().arguments().isEmpty());
    server.close();
  }

  /** Starts it again on the same port. */
  public void startAgain() {
    server = PlaygroundServer.start(settings);
  }

  @Override
  public void close() {
    server.close();
  }
}
