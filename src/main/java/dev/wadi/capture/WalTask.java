package dev.wadi.capture;

import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.connection.MessageDecoderContext;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.jdbc.JdbcConnection;
import java.sql.SQLException;

/** Debezium's connector task with our session and our decoder in the place of its own. */
final class WalTask extends PostgresConnectorTask {

  private final Relations relations;
  private final RelationReader relationReader;

  WalTask(Relations relations, RelationReader relationReader) {
    this.relations = relations;
    this.relationReader = relationReader;
  }

  @Override
  protected ReplicationConnection buildReplicationConnection(
      PostgresConnection catalog, PostgresSchema schema, PostgresConnectorConfig config)
      throws SQLException {
    var decoder =
        new WalDecoder(
            new MessageDecoderContext(config, schema), catalog, relations, relationReader);
    return new WalConnection(
        (JdbcConnection) super.buildReplicationConnection(catalog, schema, config),
        config,
        decoder,
        catalog.getTypeRegistry());
  }
}
