package dev.wadi.consumer;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.util.Map;

/**
 * The removal of one table's expired events, a bounded number at a time; the retention route runs
 * it until it is done.
 */
public final class ExpiredEvents {

  private static final String DELETE = Sql.load("eventtable/delete_expired");
  private static final int LIMIT = 2_000;

  private final TableName table;
  private final int retentionDays;
  private final long settled;
  private final Map<String, Object> parameters;
  private boolean pending = true;
  private long removed;

  /**
   * @param settled every event with a higher id stays
   * @param dayPartitions oids of partitions whose events leave with them
   */
  ExpiredEvents(TableName table, int retentionDays, long settled, Long[] dayPartitions) {
    this.table = table;
    this.retentionDays = retentionDays;
    this.settled = settled;
    this.parameters =
        Map.of(
            "retention_days", retentionDays,
            "settled", settled,
            "day_partitions", dayPartitions,
            "limit", LIMIT);
  }

  public String getSql() {
    return Sql.forTable(DELETE, table);
  }

  public Map<String, Object> getParameters() {
    return parameters;
  }

  /** Whether there may be more to remove. */
  public boolean isPending() {
    return pending;
  }

  TableName table() {
    return table;
  }

  int retentionDays() {
    return retentionDays;
  }

  long settled() {
    return settled;
  }

  long removed() {
    return removed;
  }

  void answered(long deleted) {
    removed += deleted;
    pending = deleted == LIMIT;
  }
}
