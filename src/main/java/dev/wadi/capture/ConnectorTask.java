package dev.wadi.capture;

import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.connection.MessageDecoderContext;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.jdbc.JdbcConnection;
import io.debezium.pipeline.ChangeEventSourceCoordinator;
import io.debezium.pipeline.EventDispatcher;
import io.debezium.pipeline.source.spi.DataChangeEventListener;
import java.lang.reflect.Field;
import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's task with our session and our decoder in the place of its own, and kept from
 * describing each event in words.
 *
 * <p>Its metrics hold a text of the latest event, made anew for every event with a JSON mapper of
 * its own: a quarter of the reading thread's time, for something that Wadi does not show. There is
 * no setting for it.
 */
final class ConnectorTask extends PostgresConnectorTask {

  private static final @Nullable Field DISPATCHER = dispatcherField();

  private final Relations relations;
  private final RelationReader relationReader;
  private final IdlePoll idle;
  private boolean undescribed;

  ConnectorTask(Relations relations, RelationReader relationReader, IdlePoll idle) {
    this.relations = relations;
    this.relationReader = relationReader;
    this.idle = idle;
  }

  /** Whether this version of Debezium lets go of the descriptions. */
  static boolean canLeaveEventsUndescribed() {
    return DISPATCHER != null;
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

  @Override
  public List<SourceRecord> doPoll() throws InterruptedException {
    idle.await();
    var records = super.doPoll();
    // Before the first record Debezium would still start the descriptions.
    if (!undescribed && !records.isEmpty()) {
      undescribed = true;
      leaveEventsUndescribed();
    }
    return records;
  }

  /** Where it cannot be done, reading is slower and otherwise the same. */
  private void leaveEventsUndescribed() {
    if (DISPATCHER == null) {
      return;
    }
    try {
      var dispatcher = (EventDispatcher<?, ?>) DISPATCHER.get(coordinator);
      dispatcher.setEventListener(DataChangeEventListener.NO_OP());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("an accessible field that is not indicates a bug", e);
    }
  }

  private static @Nullable Field dispatcherField() {
    try {
      var field = ChangeEventSourceCoordinator.class.getDeclaredField("eventDispatcher");
      return EventDispatcher.class.isAssignableFrom(field.getType()) && field.trySetAccessible()
          ? field
          : null;
    } catch (NoSuchFieldException e) {
      return null;
    }
  }
}
