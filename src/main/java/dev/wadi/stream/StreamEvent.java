package dev.wadi.stream;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of an event table, as a consumer group reads it.
 *
 * @param seq its id, from 1
 * @param databaseId source database
 * @param tableOid source table
 * @param tableSchema schema of the source table
 * @param tableName name of the source table
 * @param recordPk key of the source row
 * @param record JSON object
 * @param changes JSON object of old values; null where the action has none or they are not known
 * @param action {@code insert}, {@code update}, {@code delete}, {@code truncate}
 * @param committedAtMicros commit time, microseconds since 1970-01-01T00:00:00Z
 * @param lsn {@code source_lsn} as Postgres writes it
 * @param lsnOrdinal place in the run of changes with that LSN
 * @param transactionAnnotations JSON object, if the transaction had any
 * @param key what it is grouped by
 */
public record StreamEvent(
    long seq,
    UUID databaseId,
    long tableOid,
    String tableSchema,
    String tableName,
    String recordPk,
    String record,
    @Nullable String changes,
    String action,
    long committedAtMicros,
    String lsn,
    int lsnOrdinal,
    @Nullable String transactionAnnotations,
    EventKey key) {

  private static final int OVERHEAD_BYTES = 300;
  private static final long MICROS = 1_000_000;

  /** When the change was committed. */
  public Instant committedAt() {
    return Instant.ofEpochSecond(
        Math.floorDiv(committedAtMicros, MICROS), Math.floorMod(committedAtMicros, MICROS) * 1000);
  }

  /**
   * The same for the same change whenever and however often it is delivered, also if the event
   * table was made anew. Letters, digits and hyphens only.
   */
  public String idempotencyKey() {
    return lsn.replace('/', '-') + "-" + lsnOrdinal + "-" + committedAtMicros;
  }

  /** About what it takes in memory. */
  public int bytes() {
    return OVERHEAD_BYTES
        + record.length()
        + (changes == null ? 0 : changes.length())
        + 2 * recordPk.length();
  }
}
