package dev.wadi.playground;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running playground. The data are created once and kept; a Postgres that an earlier, killed
 * process left behind is shut down before its data are served again.
 *
 * <p>Close it after everything that uses the database: signals to the terminal's process group do
 * not reach Postgres, so it stays until {@link #close}. There is no shutdown hook for a started
 * server, because hooks run in no order; call {@code close} from the hook that stops the rest.
 */
public final class PlaygroundServer implements AutoCloseable {

  public static final String DATABASE = "sequin_playground";
  public static final String USER = Cluster.USER;
  public static final String PASSWORD = Cluster.PASSWORD;

  private static final Logger LOG = LoggerFactory.getLogger(PlaygroundServer.class);

  private final int port;
  private final long processId;
  private final DataDirectory data;
  private final Cluster cluster;
  private boolean closed;

  private PlaygroundServer(int port, long processId, DataDirectory data, Cluster cluster) {
    this.port = port;
    this.processId = processId;
    this.data = data;
    this.cluster = cluster;
  }

  /**
   * Returns when the database is there and takes connections.
   *
   * @throws PlaygroundException if it cannot; nothing is left running
   */
  public static PlaygroundServer start(PlaygroundSettings settings) {
    try {
      var data = DataDirectory.open(settings.dataDirectory());
      try {
        return start(settings, data);
      } catch (IOException | RuntimeException e) {
        data.close();
        throw e;
      }
    } catch (AccessDeniedException e) {
      throw new PlaygroundException(
          "no access to '%s'; start Wadi as the owner of that file or move it away"
              .formatted(e.getFile()),
          e);
    } catch (IOException e) {
      throw new PlaygroundException(
          "data directory '%s' is not usable: %s".formatted(settings.dataDirectory(), e), e);
    }
  }

  public String jdbcUrl() {
    return PlaygroundDatabase.url(port, DATABASE);
  }

  /** For {@code psql}, password included. */
  public String url() {
    return "postgresql://%s:%s@localhost:%d/%s?sslmode=disable"
        .formatted(USER, PASSWORD, port, DATABASE);
  }

  public int port() {
    return port;
  }

  public long processId() {
    return processId;
  }

  /** Shuts Postgres down within 10 s; the data stay. Does nothing the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    // An interrupted thread could not wait for the end.
    boolean interrupted = Thread.interrupted();
    try (data) {
      cluster.stop();
      LOG.info("playground: stopped port={}", port);
    } catch (IOException e) {
      throw new PlaygroundException("Postgres was not stopped: " + e, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static PlaygroundServer start(PlaygroundSettings settings, DataDirectory data)
      throws IOException {
    var cluster = new Cluster(data, PostgresBinaries.unpackedBeside(data));
    cluster.stop();
    LoopbackPort.requireFree(settings.port());
    if (settings.reset()) {
      data.delete();
    }
    try (var guard = new StartGuard(cluster)) {
      if (data.isEmpty()) {
        cluster.initialize();
      }
      var postmaster = cluster.start(settings.port());
      PlaygroundDatabase.createIfMissing(settings.port());
      guard.release();
      LOG.info("playground: started port={} pid={}", settings.port(), postmaster.processId());
      return new PlaygroundServer(settings.port(), postmaster.processId(), data, cluster);
    }
  }
}
