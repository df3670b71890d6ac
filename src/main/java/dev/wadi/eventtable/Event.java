package dev.wadi.eventtable;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One row of an event table, its JSON columns as text. */
public record Event(
    long id,
    long seq,
    UUID sourceDatabaseId,
    long sourceTableOid,
    String sourceTableSchema,
    String sourceTableName,
    String recordPk,
    @JsonRawValue String record,
    @JsonRawValue @Nullable String changes,
    String action,
    Instant committedAt,
    Instant insertedAt,
    String sourceLsn,
    int sourceLsnOrdinal,
    long transactionId,
    @JsonRawValue @Nullable String transactionAnnotations,
    @Nullable List<String> unavailable) {

  /** The event at the cursor of a query that names every column. */
  public static Event of(ResultSet row) throws SQLException {
    return new Event(
        row.getLong("id"),
        row.getLong("seq"),
        row.getObject("source_database_id", UUID.class),
        row.getLong("source_table_oid"),
        row.getString("source_table_schema"),
        row.getString("source_table_name"),
        row.getString("record_pk"),
        row.getString("record"),
        row.getString("changes"),
        row.getString("action"),
        row.getObject("committed_at", OffsetDateTime.class).toInstant(),
        row.getObject("inserted_at", OffsetDateTime.class).toInstant(),
        row.getString("source_lsn"),
        row.getInt("source_lsn_ordinal"),
        row.getLong("transaction_id"),
        row.getString("transaction_annotations"),
        texts(row.getArray("unavailable")));
  }

  private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? null : List.of((String[]) array.getArray());
  }
}
