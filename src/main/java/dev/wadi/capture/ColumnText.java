package dev.wadi.capture;

import dev.wadi.postgres.JsonText;
import dev.wadi.postgres.PostgresType;
import dev.wadi.postgres.PostgresTypes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the values of one column as JSON text.
 *
 * <p>The column's type is the one that the stream's RELATION message named: it is the type that the
 * values had when they were written, which the catalog may not know any more.
 */
final class ColumnText {

  private static final Logger LOG = LoggerFactory.getLogger(ColumnText.class);

  /** The stream does not say when attributes are renamed, added or dropped. */
  private static final long COMPOSITE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String column;
  private final long typeOid;
  private final PostgresTypes types;
  private @Nullable PostgresType type;
  private long readAt;
  private boolean mismatchIsLogged;

  /**
   * @param column names the column in messages
   */
  ColumnText(String column, long typeOid, PostgresTypes types) {
    this.column = column;
    this.typeOid = typeOid;
    this.types = types;
  }

  /** Postgres's text of a value as JSON text. */
  String of(String text) {
    var current = type();
    try {
      return JsonText.of(current, text);
    } catch (IllegalArgumentException e) {
      return ofAlteredType(current, text);
    }
  }

  /** A composite type may have been altered; what fits neither form is certain only as text. */
  private String ofAlteredType(PostgresType stale, String text) {
    var altered = types.reload(stale.oid()).orElse(stale);
    type = altered;
    try {
      return JsonText.of(altered, text);
    } catch (IllegalArgumentException e) {
      if (!mismatchIsLogged) {
        LOG.warn(
            "column {}: values written before type {} was altered are kept as text: {}",
            column,
            altered.name(),
            e.getMessage());
        mismatchIsLogged = true;
      }
      return JsonText.string(text);
    }
  }

  private PostgresType type() {
    var current = type;
    boolean isFirst = current == null;
    if (current == null) {
      current = types.find(typeOid).orElseGet(this::droppedType);
      type = current;
    }
    // What was found may be what another column of this type was told long ago.
    if (current.hasComposite() && (isFirst || System.nanoTime() - readAt > COMPOSITE_NANOS)) {
      current = types.reload(typeOid).orElse(current);
      type = current;
      readAt = System.nanoTime();
    }
    return current;
  }

  private PostgresType droppedType() {
    LOG.warn("column {}: its type {} was dropped, its values are kept as text", column, typeOid);
    return new PostgresType.Scalar(typeOid, "dropped", PostgresType.Form.STRING);
  }
}
