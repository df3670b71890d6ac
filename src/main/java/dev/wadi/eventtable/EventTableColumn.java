package dev.wadi.eventtable;

/** The columns that every event table has, in the order in which Wadi creates them. */
enum EventTableColumn {
  ID("bigint"),
  SEQ("bigint"),
  SOURCE_DATABASE_ID("uuid"),
  SOURCE_TABLE_OID("bigint"),
  SOURCE_TABLE_SCHEMA("text"),
  SOURCE_TABLE_NAME("text"),
  RECORD_PK("text"),
  RECORD("jsonb"),
  CHANGES("jsonb"),
  ACTION("text"),
  COMMITTED_AT("timestamp with time zone"),
  INSERTED_AT("timestamp with time zone"),
  SOURCE_LSN("pg_lsn"),
  SOURCE_LSN_ORDINAL("integer"),
  TRANSACTION_ID("bigint"),
  TRANSACTION_ANNOTATIONS("jsonb"),
  UNAVAILABLE("text[]");

  private final String type;

  EventTableColumn(String type) {
    this.type = type;
  }

  /** The type as Postgres spells it. */
  String type() {
    return type;
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
