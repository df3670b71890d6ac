package dev.wadi.capture;

import dev.wadi.postgres.FloatText;
import dev.wadi.postgres.GeometricText;
import dev.wadi.postgres.IntervalText;
import dev.wadi.postgres.JsonText;
import dev.wadi.postgres.PostgresType;
import dev.wadi.postgres.PostgresTypes;
import dev.wadi.postgres.TimestampText;
import io.debezium.connector.postgresql.PostgresValueConverter;
import io.debezium.connector.postgresql.UnchangedToastedReplicationMessageColumn;
import io.debezium.data.SpecialValueDecimal;
import io.debezium.spi.converter.RelationalColumn;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgArray;
import org.postgresql.util.PGInterval;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the values of one column as JSON text, from the Java objects that Debezium makes of
 * Postgres's text ({@code ReplicationMessageColumnValueResolver}).
 *
 * <p>The column's type is the one that the stream's RELATION message named: it is the type that the
 * values had when they were written, which the catalog may not know any more. Debezium gives the
 * oid below all domains, and JSON knows no domains. The catalog's present type of the column is
 * only asked if that oid is unknown.
 */
final class ColumnText {

  private static final Logger LOG = LoggerFactory.getLogger(ColumnText.class);
  private static final HexFormat HEX = HexFormat.of();
  private static final long OID = 26;

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
   * @throws IllegalStateException if Debezium hands over something that this class does not know,
   *     which indicates a bug
   */
  @Nullable String of(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (UnchangedToastedReplicationMessageColumn.isUnchangedToastedValue(value)) {
      return JsonTextConverter.UNAVAILABLE;
    }
    // A default that Debezium parsed may be any object; the schema takes no default anyway.
    boolean maybeDefault = column.hasDefaultValue() && value == column.defaultValue();
    if (maybeDefault) {
      return textOfDefault(value);
    }
    return text(value);
  }

  private @Nullable String textOfDefault(Object value) {
    try {
      return text(value);
    } catch (RuntimeException e) {
      return null;
    }
  }

  private String text(Object value) {
    if (value instanceof String string) {
      return ofText(string);
    }
    if (value instanceof Integer || value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof Long number) {
      return column.nativeType() == OID ? "\"" + number + "\"" : number.toString();
    }
    if (value instanceof PgArray array) {
      return ofText(array.toString());
    }
    if (value instanceof SpecialValueDecimal decimal) {
      return ofDecimal(decimal);
    }
    var out = new StringBuilder();
    append(out, value);
    return out.toString();
  }

  private void append(StringBuilder out, Object value) {
    if (value instanceof OffsetDateTime timestamp) {
      appendTimestampWithZone(out, timestamp);
    } else if (value instanceof Instant timestamp) {
      appendTimestamp(out, timestamp);
    } else if (value instanceof LocalDate date) {
      appendDate(out, date);
    } else if (value instanceof Double number) {
      appendNumber(out, FloatText.append(new StringBuilder(), number));
    } else if (value instanceof Float number) {
      appendNumber(out, FloatText.append(new StringBuilder(), (float) number));
    } else if (value instanceof byte[] bytes) {
      out.append("\"\\\\x").append(HEX.formatHex(bytes)).append('"');
    } else if (value instanceof PGInterval interval) {
      IntervalText.append(out, interval);
    } else if (value instanceof OffsetTime time) {
      TimestampText.append(out, time);
    } else if (value instanceof BigDecimal money) {
      appendMoney(out, money);
    } else if (!GeometricText.append(out, value)) {
      throw new IllegalStateException(
          "column '%s.%s': no JSON text for %s, which indicates a bug"
              .formatted(column.dataCollection(), column.name(), value.getClass().getName()));
    }
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
      if (!mismatchIsLogged) {
        LOG.warn(
            "column {}.{}: values written before type {} was altered are kept as text: {}",
            column.dataCollection(),
            column.name(),
            altered.name(),
            e.getMessage());
        mismatchIsLogged = true;
      }
      return JsonText.string(text);
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

  private static String ofDecimal(SpecialValueDecimal decimal) {
    if (decimal == SpecialValueDecimal.NOT_A_NUMBER) {
      return "\"NaN\"";
    }
    if (decimal == SpecialValueDecimal.POSITIVE_INF) {
      return "\"Infinity\"";
    }
    if (decimal == SpecialValueDecimal.NEGATIVE_INF) {
      return "\"-Infinity\"";
    }
    return decimal.getDecimalValue().orElseThrow().toPlainString();
  }

  private static void appendNumber(StringBuilder out, StringBuilder number) {
    char last = number.charAt(number.length() - 1);
    boolean finite = last >= '0' && last <= '9';
    if (finite) {
      out.append(number);
    } else {
      out.append('"').append(number).append('"');
    }
  }

  private static void appendDate(StringBuilder out, LocalDate date) {
    if (date.equals(PostgresValueConverter.POSITIVE_INFINITY_LOCAL_DATE)) {
      out.append("\"infinity\"");
    } else if (date.equals(PostgresValueConverter.NEGATIVE_INFINITY_LOCAL_DATE)) {
      out.append("\"-infinity\"");
    } else {
      TimestampText.append(out, date);
    }
  }

  /** The infinities are known by identity: their instants lie within the range of a timestamp. */
  private static void appendTimestamp(StringBuilder out, Instant timestamp) {
    if (timestamp == PostgresValueConverter.POSITIVE_INFINITY_INSTANT) {
      out.append("\"infinity\"");
    } else if (timestamp == PostgresValueConverter.NEGATIVE_INFINITY_INSTANT) {
      out.append("\"-infinity\"");
    } else {
      TimestampText.append(out, timestamp);
    }
  }

  private static void appendTimestampWithZone(StringBuilder out, OffsetDateTime timestamp) {
    if (timestamp == PostgresValueConverter.POSITIVE_INFINITY_OFFSET_DATE_TIME) {
      out.append("\"infinity\"");
    } else if (timestamp == PostgresValueConverter.NEGATIVE_INFINITY_OFFSET_DATE_TIME) {
      out.append("\"-infinity\"");
    } else {
      TimestampText.appendWithZone(out, timestamp.toInstant());
    }
  }

  /** Debezium has dropped the currency; the dollar is that of lc_monetary C and en_US. */
  private static void appendMoney(StringBuilder out, BigDecimal money) {
    String digits = money.abs().setScale(2, RoundingMode.UNNECESSARY).toPlainString();
    out.append('"');
    if (money.signum() < 0) {
      out.append('-');
    }
    out.append('$');
    int point = digits.indexOf('.');
    for (int at = 0; at < point; at++) {
      boolean startsThousand = at > 0 && (point - at) % 3 == 0;
      if (startsThousand) {
        out.append(',');
      }
      out.append(digits.charAt(at));
    }
    out.append(digits, point, digits.length()).append('"');
  }
}
