package dev.wadi.capture;

import dev.wadi.postgres.PostgresType;
import java.util.Optional;

/** Which types are not written as {@code to_jsonb} writes them: those that only Postgres can. */
final class Inexactness {

  private Inexactness() {}

  /** What a column of this type may lose, as a sentence for its owner; empty if nothing. */
  static Optional<String> of(PostgresType type) {
    return withCast(type)
        .map(
            name ->
                "type "
                    + name
                    + " has its own cast to json, which only Postgres can apply: it is written as the"
                    + " string that Postgres prints for it");
  }

  private static Optional<String> withCast(PostgresType type) {
    var base = type.base();
    if (base instanceof PostgresType.CastToJson) {
      return Optional.of(base.name());
    }
    if (base instanceof PostgresType.Array array) {
      return withCast(array.element());
    }
    if (base instanceof PostgresType.Composite composite) {
      return composite.attributes().stream()
          .flatMap(attribute -> withCast(attribute.type()).stream())
          .findFirst();
    }
    return Optional.empty();
  }
}
