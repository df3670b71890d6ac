package dev.wadi.capture;

import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a slot, from a position on; none is left out. They go to our decoder, none to
 * Debezium, which only asks for the next one.
 */
final class WalStream implements ReplicationStream {

  private static final Logger LOG = LoggerFactory.getLogger(WalStream.class);
  static final int STATUS_INTERVAL_MS = 1_000;

  /**
   * Changes that follow each other within this time count as coming all the time. The next is then
   * looked for at once rather than after Debezium's poll interval, for it is told that there was a
   * message; each look waits a millisecond for one.
   */
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final DebeziumConnections.Session session;
  private final PGReplicationStream stream;
  private final Lsn start;
  private final WalDecoder decoder;
  private final ReadAhead readAhead;
  private @Nullable ExecutorService keepAlive;
  private long busyUntil = System.nanoTime();

  WalStream(
      DebeziumConnections.Session session,
      PGReplicationStream stream,
      Lsn start,
      WalDecoder decoder,
      ReadAhead readAhead) {
    this.session = session;
    this.stream = stream;
    this.start = start;
    this.decoder = decoder;
    this.readAhead = readAhead;
  }

  @Override
  public void read(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    process(stream.read());
  }

  @Override
  public boolean readPending(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    var message = stream.readPending();
    if (message != null) {
      process(message);
      busyUntil = System.nanoTime() + BUSY_NANOS;
      return true;
    }
    session.requireSignOfLife();
    readAhead.handOver();
    return busyUntil - System.nanoTime() > 0;
  }

  private void process(ByteBuffer message) throws SQLException, InterruptedException {
    decoder.read(message, stream.getLastReceiveLSN().asLong());
  }

  /**
   * Notes what the server is told within {@link #STATUS_INTERVAL_MS}. Whatever uses the connection
   * here, after every batch, would wait for the thread that reads, which holds it nearly all the
   * time.
   */
  @Override
  public void flushLsn(Lsn position) {
    var flushed = position.asLogSequenceNumber();
    boolean advances = stream.getLastFlushedLSN().compareTo(flushed) < 0;
    if (advances) {
      stream.setFlushedLSN(flushed);
      stream.setAppliedLSN(flushed);
    }
  }

  @Override
  public Lsn lastReceivedLsn() {
    return Lsn.valueOf(stream.getLastReceiveLSN());
  }

  @Override
  public Lsn startLsn() {
    return start;
  }

  /** Answers the server also while nobody reads because the queue is full. */
  @Override
  public void startKeepAlive(ExecutorService service) {
    keepAlive = service;
    service.execute(this::updateStatusUntilInterrupted);
  }

  private void updateStatusUntilInterrupted() {
    try {
      while (true) {
        stream.forceUpdateStatus();
        session.clearWarnings();
        TimeUnit.MILLISECONDS.sleep(STATUS_INTERVAL_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      // Whoever reads the stream meets the same failure and reports it.
      LOG.debug("keep-alive ended", e);
    }
  }

  @Override
  public void stopKeepAlive() {
    var service = keepAlive;
    keepAlive = null;
    if (service != null) {
      service.shutdownNow();
    }
  }

  @Override
  public void close() throws SQLException {
    try {
      stream.forceUpdateStatus();
    } catch (SQLException e) {
      LOG.debug("the server was not told the last position; it sends again what is stored", e);
    }
    stream.close();
  }
}
