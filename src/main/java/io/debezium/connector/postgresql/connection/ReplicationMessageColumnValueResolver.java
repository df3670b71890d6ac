package io.debezium.connector.postgresql.connection;

import io.debezium.connector.postgresql.PostgresStreamingChangeEventSource.PgConnectionSupplier;
import io.debezium.connector.postgresql.PostgresType;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.ReplicationMessage.ColumnValue;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Debezium's class of this name, which parses the text of a value into a Java object
 * before any converter sees it. Wadi's converter wants the text: parsing turns infinite intervals
 * into zero, shifts {@code timetz} to UTC, drops the currency of money, and stops the engine on
 * values that it does not expect, among them those of types that share their name with another.
 *
 * <p>Ours comes first on the class path: {@code wadi.jar} stands before {@code lib}. {@code
 * JsonTextConverter} refuses to start when it does not.
 */
public final class ReplicationMessageColumnValueResolver {

  private ReplicationMessageColumnValueResolver() {}

  /** Proves that this class was loaded and not Debezium's, which has no such method. */
  public static boolean givesText() {
    return true;
  }

  /** The value as Postgres printed it; null for SQL null. The signature is Debezium's. */
  public static @Nullable Object resolveValue(
      String columnName,
      PostgresType type,
      String fullType,
      ColumnValue<?> value,
      PgConnectionSupplier connection,
      boolean includeUnknownDatatypes,
      TypeRegistry typeRegistry) {
    return value.isNull() ? null : value.asString();
  }
}
