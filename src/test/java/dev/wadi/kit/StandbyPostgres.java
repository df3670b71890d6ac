package dev.wadi.kit;

import static org.awaitility.Awaitility.await;

import dev.wadi.playground.PlaygroundServer;
import dev.wadi.playground.PlaygroundSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A standby of a {@link RestartablePostgres} that keeps its failover slots, to be promoted. */
public final class StandbyPostgres implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(180);

  private final Path data;
  private PlaygroundServer server;

  private StandbyPostgres(Path data) {
    this.data = data;
    this.server = start(FreePort.next());
  }

  /** Copies a primary, which is stopped for a moment, and begins to follow it. */
  static StandbyPostgres of(RestartablePostgres primary, Path folder) throws IOException {
    primary.database().execute("select pg_create_physical_replication_slot('standby', true)");
    var data = folder.resolve("standby");
    primary.stopFast();
    shell("cp -a '%s' '%s'".formatted(folder.resolve("postgres"), data));
    shell("rm -rf '%1$s/pg_replslot/standby' && touch '%1$s/standby.signal'".formatted(data));
    shell(
        """
        cat >> '%s/postgresql.conf' <<'END'
        primary_conninfo = 'host=127.0.0.1 port=%d user=postgres password=postgres dbname=postgres'
        primary_slot_name = 'standby'
        hot_standby_feedback = on
        sync_replication_slots = on
        END
        chown --reference='%1$s/PG_VERSION' '%1$s/standby.signal'
        """
            .formatted(data, primary.port()));
    primary.startAgain();
    return new StandbyPostgres(data);
  }

  /**
   * Returns when a slot of the primary would survive it. The snapshots that let the slot move on
   * are written every 15 seconds otherwise.
   */
  public void awaitSlot(RestartablePostgres primary, String slot) {
    await("slot " + slot + " is on the standby")
        .atMost(LIMIT)
        .until(
            () -> {
              primary.database().execute("select pg_log_standby_snapshot()");
              return database("postgres")
                  .holds(
                      "select count(*) = 1 from pg_replication_slots where synced and not temporary and slot_name = '"
                          + slot
                          + "'");
            });
  }

  /** Returns when it has replayed the WAL up to a place. */
  public void awaitReplayed(String lsn) {
    await("the standby has replayed " + lsn)
        .atMost(LIMIT)
        .until(() -> database("postgres").holds("pg_last_wal_replay_lsn() >= '" + lsn + "'"));
  }

  /** Stops following. */
  public void stop() {
    server.close();
  }

  /** Starts on a port, such as that of the primary that is gone, and becomes the primary. */
  public void promoteAt(int port) {
    server.close();
    server = start(port);
    database("postgres").execute("select pg_promote()");
  }

  @Override
  public void close() {
    server.close();
  }

  private PlaygroundServer start(int port) {
    return PlaygroundServer.start(new PlaygroundSettings(data, port, false));
  }

  private Database database(String name) {
    return Database.at(
        server.jdbcUrl().replace("/" + PlaygroundServer.DATABASE, "/" + name),
        PlaygroundServer.USER,
        PlaygroundServer.PASSWORD);
  }

  private static void shell(String script) throws IOException {
    try {
      int code = new ProcessBuilder("sh", "-ec", script).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IOException("failed: " + script);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }
}
