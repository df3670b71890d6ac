package dev.wadi.eventtable;

import dev.wadi.postgres.TableName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an append did.
 *
 * @param appended events stored
 * @param dropped changes left out because a replay brought them again
 * @param stale true if another writer came first: nothing was done, the append must be repeated
 * @param lastId id of the event table's newest event; 0 if stale
 */
public record Appended(int appended, int dropped, boolean stale, long lastId) {

  /**
   * Reads the row that the statement of {@link EventTableAppend} answers.
   *
   * @throws IllegalStateException if the event table is not registered; nothing was done then
   */
  public static Appended of(TableName table, Map<String, ? extends @Nullable Object> row) {
    if (!isTrue(row, "registered")) {
      throw new IllegalStateException(
          "event table '%s': must be registered in wadi.event_tables; start its pipeline again"
              .formatted(table));
    }
    return new Appended(
        (int) number(row, "appended"),
        (int) number(row, "dropped"),
        isTrue(row, "stale"),
        number(row, "last_id"));
  }

  private static boolean isTrue(Map<String, ? extends @Nullable Object> row, String column) {
    return Boolean.TRUE.equals(row.get(column));
  }

  private static long number(Map<String, ? extends @Nullable Object> row, String column) {
    return row.get(column) instanceof Number number ? number.longValue() : 0;
  }
}
