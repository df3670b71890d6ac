package dev.wadi.postgres;

import java.util.List;

/**
 * A data type of the captured database, as far as it decides what {@code to_jsonb} makes of a
 * value.
 *
 * <p>The cases are those of {@code json_categorize_type} in Postgres's {@code jsonfuncs.c}.
 */
public sealed interface PostgresType {

  /** The type's oid in {@code pg_type}. */
  long oid();

  /** The type's name as {@code format_type} prints it, with its schema where that is needed. */
  String name();

  /** The type without the domains around it; JSON knows no domains. */
  default PostgresType base() {
    return this;
  }

  /**
   * Whether it is or holds a composite type, which can be altered while the type stays the same.
   */
  default boolean hasComposite() {
    return false;
  }

  /** What a scalar's text becomes in JSON. */
  enum Form {
    /** {@code t} and {@code f} become {@code true} and {@code false}. */
    BOOLEAN,
    /** A number, or a string for {@code NaN} and the infinities. */
    NUMBER,
    /** A string in ISO 8601 form, with {@code T}. */
    TIMESTAMP,
    /** A string in ISO 8601 form, with {@code T} and an offset of hours and minutes. */
    TIMESTAMP_WITH_ZONE,
    /** A string in hexadecimal form. */
    BYTEA,
    /** The text itself, which is JSON. */
    JSON,
    /** The text as a JSON string; ranges, enums and all that JSON has no notion of. */
    STRING
  }

  /** A type that JSON cannot look into. */
  record Scalar(long oid, String name, Form form) implements PostgresType {}

  /**
   * An array of any number of dimensions.
   *
   * @param delimiter what stands between elements: {@code ;} for boxes, {@code ,} for all others
   */
  record Array(long oid, String name, PostgresType element, char delimiter)
      implements PostgresType {
    @Override
    public boolean hasComposite() {
      return element.hasComposite();
    }
  }

  /** {@code int2vector} or {@code oidvector}: an array whose elements are separated by spaces. */
  record Vector(long oid, String name, PostgresType element) implements PostgresType {}

  /** A domain; its values look like those of its base. */
  record Domain(long oid, String name, PostgresType over) implements PostgresType {
    @Override
    public PostgresType base() {
      return over.base();
    }

    @Override
    public boolean hasComposite() {
      return over.hasComposite();
    }
  }

  /** A composite type, or the row type of a table. */
  record Composite(long oid, String name, List<Attribute> attributes) implements PostgresType {
    public Composite {
      attributes = List.copyOf(attributes);
    }

    @Override
    public boolean hasComposite() {
      return true;
    }
  }

  /** A named part of a composite type. */
  record Attribute(String name, PostgresType type) {}

  /** The {@code hstore} extension's type: an object of strings. */
  record Hstore(long oid, String name) implements PostgresType {}

  /**
   * A type of an extension or a user that has its own cast to {@code json} (PostGIS geometries):
   * only Postgres knows what the cast makes of a value.
   */
  record CastToJson(long oid, String name) implements PostgresType {}
}
