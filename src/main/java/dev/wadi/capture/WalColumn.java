package dev.wadi.capture;

import io.debezium.connector.postgresql.PostgresStreamingChangeEventSource.PgConnectionSupplier;
import io.debezium.connector.postgresql.PostgresType;
import io.debezium.connector.postgresql.connection.ReplicationMessage.Column;
import io.debezium.connector.postgresql.connection.ReplicationMessage.ColumnTypeMetadata;
import org.jspecify.annotations.Nullable;

/** One value of a row, as JSON text already. */
record WalColumn(String name, @Nullable String value) implements Column {

  @Override
  public String getName() {
    return name;
  }

  @Override
  public PostgresType getType() {
    return PostgresType.UNKNOWN;
  }

  @Override
  public ColumnTypeMetadata getTypeMetadata() {
    throw new IllegalStateException("a column whose type is asked for indicates a bug");
  }

  @Override
  public @Nullable Object getValue(PgConnectionSupplier connection, boolean unknownTypes) {
    return value;
  }

  @Override
  public boolean isOptional() {
    return true;
  }
}
