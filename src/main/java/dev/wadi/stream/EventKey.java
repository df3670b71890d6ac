package dev.wadi.stream;

import java.util.UUID;

/**
 * What events must share to be delivered one after the other.
 *
 * @param databaseId source database; {@link #NO_DATABASE} if grouped by columns
 * @param tableOid source table; 0 if grouped by columns
 * @param text {@code record_pk}, or the values of the columns as a JSON array
 */
public record EventKey(UUID databaseId, long tableOid, String text) {

  /** Stands in the keys of groups that group by columns. */
  public static final UUID NO_DATABASE = new UUID(0, 0);
}
