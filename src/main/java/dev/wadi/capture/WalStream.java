package dev.wadi.capture;

import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
   * While changes come, the next is looked for so often, rather than after Debezium's poll
   * interval; it is told that there was a message.
   */
  private static final long GLANCE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  /** Changes that follow each other within this time count as coming all the time. */
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
    boolean busy = busyUntil - System.nanoTime() > 0;
    if (busy) {
      LockSupport.parkNanos(GLANCE_NANOS);
    }
    return busy;
  }

  private void process(ByteBuffer message) throws SQLException, InterruptedException {
    decoder.read(message, stream.getLastReceiveLSN().asLong());
  }

  @Override
  public void flushLsn(Lsn position) throws SQLException {
    var flushed = position.asLogSequenceNumber();
    boolean advances = stream.getLastFlushedLSN().compareTo(flushed) < 0;
    if (advances) {
      stream.setFlushedLSN(flushed);
      stream.setAppliedLSN(flushed);
    }
    stream.forceUpdateStatus();
    session.clearWarnings();
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
    stream.close();
  }
}
