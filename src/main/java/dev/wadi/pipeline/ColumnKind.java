package dev.wadi.pipeline;

/** How the values of a column are compared. */
public enum ColumnKind {
  /** As decimals, whatever their scale; {@code NaN} is the greatest, as in Postgres. */
  NUMBER,
  BOOLEAN,
  /** As instants: without zone as UTC, a date as its midnight in UTC. */
  TIME,
  /** Character by character; case and space count. */
  TEXT,
  /**
   * Text that is the same or not, but has no order here: intervals, times of day, money, enums,
   * addresses.
   */
  UNORDERED_TEXT,
  /** Text whose case does not count: citext, uuid. */
  CASELESS_TEXT,
  /** Text whose trailing spaces do not count: char(n). */
  PADDED_TEXT,
  /** JSON and whatever becomes an object in JSON; compared like {@link #ANY}. */
  JSON,
  /** Rows of a type: only their fields are compared, like {@link #ANY}. */
  COMPOSITE,
  /** Arrays: not compared. */
  ARRAY,
  /** Of unknown type: compared as the JSON value is. */
  ANY;

  /**
   * The kind of a base type.
   *
   * @param type {@code pg_type.typname}
   * @param composite whether it is the type of a row
   * @param array whether it is an array
   */
  static ColumnKind ofType(String type, boolean composite, boolean array) {
    if (composite || array) {
      return array ? ARRAY : COMPOSITE;
    }
    return switch (type) {
      case "int2", "int4", "int8", "numeric", "float4", "float8", "oid" -> NUMBER;
      case "bool" -> BOOLEAN;
      case "timestamp", "timestamptz", "date" -> TIME;
      case "citext", "uuid" -> CASELESS_TEXT;
      case "bpchar" -> PADDED_TEXT;
      case "json", "jsonb", "hstore" -> JSON;
      case "text", "varchar", "char", "name", "bytea" -> TEXT;
      default -> UNORDERED_TEXT;
    };
  }

  boolean hasFields() {
    return this == JSON || this == COMPOSITE || this == ANY;
  }
}
