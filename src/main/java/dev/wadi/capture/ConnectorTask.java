package dev.wadi.capture;

import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.jdbc.JdbcConnection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's task, which connects, reads, keeps the connection alive and writes heartbeats, with
 * our session and our decoder in the place of its own.
 *
 * <p>Changes do not pass through its records and its queue: for each row it made and checked three
 * nested structures, which took seven times as long as decoding.
 */
final class ConnectorTask extends PostgresConnectorTask {

  private final WalDecoder decoder;
  private final ReadAhead readAhead;
  private volatile @Nullable WalConnection connection;

  ConnectorTask(WalDecoder decoder, ReadAhead readAhead) {
    this.decoder = decoder;
    this.readAhead = readAhead;
  }

  @Override
  protected ReplicationConnection buildReplicationConnection(
      PostgresConnection catalog, PostgresSchema schema, PostgresConnectorConfig config)
      throws SQLException {
    var debezium = super.buildReplicationConnection(catalog, schema, config);
    var built = new WalConnection((JdbcConnection) debezium, config, decoder, readAhead);
    connection = built;
    return built;
  }

  /** Tells the server how far everything is stored. */
  void acknowledge(long position) {
    var built = connection;
    if (built != null) {
      built.acknowledge(position);
    }
  }
}
