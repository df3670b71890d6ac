package dev.wadi.capture;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.connector.postgresql.spi.SlotCreationResult;
import io.debezium.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/**
 * Debezium's replication connection, with a session that prints every value in its canonical form
 * and a stream that is decoded by us.
 *
 * <p>It makes nothing: slot and publication are there, or capture does not start.
 */
final class WalConnection implements ReplicationConnection {

  private static final String CANONICAL_SESSION = Sql.load("capture/set_canonical_session");

  /** Fails if the slot was made anew or moved since it was looked at, so nothing is passed by. */
  private static final String ADVANCE_SLOT = Sql.load("capture/advance_slot");

  /** The server reads all WAL on the way. */
  private static final int ADVANCE_TIMEOUT_SECONDS = 600;

  private final JdbcConnection connection;
  private final PostgresConnectorConfig config;
  private final WalDecoder decoder;
  private final ReadAhead readAhead;
  private volatile @Nullable WalStream stream;

  WalConnection(
      JdbcConnection connection,
      PostgresConnectorConfig config,
      WalDecoder decoder,
      ReadAhead readAhead) {
    this.connection = connection;
    this.config = config;
    this.decoder = decoder;
    this.readAhead = readAhead;
  }

  @Override
  public ReplicationStream startStreaming(WalPositionLocator position) {
    throw new IllegalStateException("a stream without a position indicates a bug");
  }

  @Override
  public ReplicationStream startStreaming(@Nullable Lsn start, WalPositionLocator position)
      throws SQLException {
    if (start == null) {
      return startStreaming(position);
    }
    var session = connection.connection(false).unwrap(DebeziumConnections.Session.class);
    try (var statement = session.createStatement()) {
      statement.execute(CANONICAL_SESSION);
    }
    session.bePatient(ADVANCE_TIMEOUT_SECONDS);
    try (var advance = Sql.prepare(session, ADVANCE_SLOT, parameters(start))) {
      advance.execute();
    }
    session.beImpatient();
    var started = new WalStream(session, stream(session, start), start, decoder, readAhead);
    stream = started;
    return started;
  }

  /** Tells the server how far everything is stored. */
  void acknowledge(long position) {
    var started = stream;
    if (started != null) {
      started.flushLsn(Lsn.valueOf(position));
    }
  }

  private Map<String, String> parameters(Lsn start) {
    return Map.of("slot", config.slotName(), "position", start.asString());
  }

  private PGReplicationStream stream(Connection session, Lsn start) throws SQLException {
    return session
        .unwrap(PGConnection.class)
        .getReplicationAPI()
        .replicationStream()
        .logical()
        .withSlotName(TableName.quote(config.slotName()))
        .withStartPosition(start.asLogSequenceNumber())
        .withAutomaticFlush(false)
        .withSlotOption("proto_version", 1)
        .withSlotOption("publication_names", TableName.quote(config.publicationName()))
        .withSlotOption("messages", true)
        .withStatusInterval(WalStream.STATUS_INTERVAL_MS, TimeUnit.MILLISECONDS)
        .start();
  }

  @Override
  public Optional<SlotCreationResult> createReplicationSlot() {
    throw new IllegalStateException("slot '" + config.slotName() + "': does not exist any more");
  }

  @Override
  public void initConnection() {}

  @Override
  public boolean isConnected() throws SQLException {
    return connection.isConnected();
  }

  @Override
  public void reconnect() {
    throw new IllegalStateException("a stream that is continued in place indicates a bug");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
