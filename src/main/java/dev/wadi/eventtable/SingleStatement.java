package dev.wadi.eventtable;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A statement of a batch that needs to be run only once. */
final class SingleStatement implements EventLogStatement {

  private final String name;
  private final String sql;
  private final Map<String, @Nullable Object> parameters;
  private boolean pending = true;

  /**
   * @param name for messages
   */
  SingleStatement(String name, String sql, Map<String, @Nullable Object> parameters) {
    this.name = name;
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
    pending = false;
  }

  @Override
  public String toString() {
    return name;
  }
}
