package dev.wadi.eventtable;

import dev.wadi.postgres.TableName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Notes how far a table has been read; fails where that was not to go on from here. */
final class AdvanceStatement implements EventLogStatement {

  private final TableName table;
  private final String sql;
  private final Map<String, @Nullable Object> parameters;
  private boolean pending = true;

  AdvanceStatement(TableName table, String sql, Map<String, @Nullable Object> parameters) {
    this.table = table;
    this.sql = sql;
    this.parameters = parameters;
  }

  @Override
  public String getSql() {
    return sql;
  }

  @Override
  public Map<String, @Nullable Object> getParameters() {
    return parameters;
  }

  @Override
  public boolean isPending() {
    return pending;
  }

  @Override
  public void answered(List<Map<String, @Nullable Object>> rows) {
    if (rows.isEmpty()) {
      throw new IllegalStateException(
          "backfill of table '"
              + table
              + "': was cancelled or begun anew, or another Wadi goes on with it; these rows are left out");
    }
    pending = false;
  }

  @Override
  public String toString() {
    return "advance backfill of " + table;
  }
}
