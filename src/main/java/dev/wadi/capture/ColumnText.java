package dev.wadi.capture;

import dev.wadi.postgres.JsonText;
import dev.wadi.postgres.PostgresType;
import dev.wadi.postgres.PostgresTypes;
import io.debezium.connector.postgresql.UnchangedToastedReplicationMessageColumn;
import io.debezium.spi.converter.RelationalColumn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the values of one column as JSON text.
 *
 * <p>The column's type is the one that the stream's RELATION message named: it is the type that the
 * values had when they were written, which the catalog may not know any more. Debezium gives the
 * oid below all domains, and JSON knows no domains. The catalog's present type of the column is
 * only asked if that oid is unknown.
 */
final class ColumnText {

  private static final Logger LOG = LoggerFactory.getLogger(ColumnText.class);

  private final RelationalColumn column;
  private final PostgresTypes types;
  private @Nullable PostgresType type;
  private boolean mismatchIsLogged;

  ColumnText(RelationalColumn column, PostgresTypes types) {
    this.column = column;
    this.types = types;
  }

  /**
   * A value as JSON text; null for SQL null.
   *
   * @throws IllegalStateException if Debezium hands over anything but text, which indicates a bug
   */
  @Nullable String of(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    boolean isDefault = column.hasDefaultValue() && value == column.defaultValue();
    if (isDefault) {
      return null; // what Debezium reads from a default's expression; the schema takes none
    }
    if (value instanceof String text) {
      return ofText(text);
    }
    if (UnchangedToastedReplicationMessageColumn.isUnchangedToastedValue(value)) {
      return JsonTextConverter.UNAVAILABLE;
    }
    throw new IllegalStateException(
        "column '%s.%s': expected text (got %s), which indicates a bug"
            .formatted(column.dataCollection(), column.name(), value.getClass().getName()));
  }

  private String ofText(String text) {
    var current = type();
    try {
      return JsonText.of(current, text);
    } catch (IllegalArgumentException e) {
      return ofTextOfAlteredType(current, text);
    }
  }

  /** A composite type may have been altered; what fits neither form is certain only as text. */
  private String ofTextOfAlteredType(PostgresType stale, String text) {
    var altered = types.reload(stale.oid()).orElse(stale);
    type = altered;
    try {
      return JsonText.of(altered, text);
    } catch (IllegalArgumentException e) {
      logMismatch(altered, e);
      return JsonText.string(text);
    }
  }

  private void logMismatch(PostgresType altered, IllegalArgumentException mismatch) {
    if (!mismatchIsLogged) {
      LOG.warn(
          "column {}.{}: values written before type {} was altered are kept as text: {}",
          column.dataCollection(),
          column.name(),
          altered.name(),
          mismatch.getMessage());
      mismatchIsLogged = true;
    }
  }

  private PostgresType type() {
    var current = type;
    if (current == null) {
      current = findType();
      type = current;
    }
    return current;
  }

  private PostgresType findType() {
    long oid = Integer.toUnsignedLong(column.nativeType());
    return types
        .find(oid)
        .or(() -> types.ofColumn(column.dataCollection(), column.name()))
        .orElseGet(() -> new PostgresType.Scalar(oid, column.typeName(), PostgresType.Form.STRING));
  }
}
