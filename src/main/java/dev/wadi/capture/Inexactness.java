package dev.wadi.capture;

import dev.wadi.postgres.PostgresType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which types Debezium 3.4 does not hand over whole: {@code ReplicationMessageColumnValueResolver}
 * parses the text of some types, and the text itself is out of a converter's reach.
 */
final class Inexactness {

  private static final int TIMETZ = 1266;
  private static final int MONEY = 790;
  private static final int INTERVAL = 1186;

  private Inexactness() {}

  static Optional<String> of(PostgresType type) {
    var base = type.base();
    String own = base instanceof PostgresType.Scalar ? ofScalar(base.oid()) : null;
    return Optional.ofNullable(own != null ? own : ofCast(base));
  }

  private static @Nullable String ofScalar(long oid) {
    return switch ((int) oid) {
      case TIMETZ ->
          "a time with time zone arrives shifted to UTC: its offset is lost, 24:00:00 becomes"
              + " 00:00:00, and an offset with seconds stops capture";
      case MONEY ->
          "money arrives without its currency: it is written with the dollar sign of lc_monetary"
              + " 'C' or 'en_US', and an amount in another form stops capture";
      case INTERVAL ->
          "an infinite interval (Postgres 17) arrives as 00:00:00, and one of more than 2147483647"
              + " hours stops capture";
      default -> null;
    };
  }

  private static @Nullable String ofCast(PostgresType type) {
    if (type instanceof PostgresType.CastToJson) {
      return "type "
          + type.name()
          + " has its own cast to json, which only Postgres can apply: it is written as the string"
          + " that Postgres prints for it";
    }
    if (type instanceof PostgresType.Array array) {
      return ofCast(array.element().base());
    }
    if (type instanceof PostgresType.Composite composite) {
      for (var attribute : composite.attributes()) {
        String ofPart = ofCast(attribute.type().base());
        if (ofPart != null) {
          return ofPart;
        }
      }
    }
    return null;
  }
}
