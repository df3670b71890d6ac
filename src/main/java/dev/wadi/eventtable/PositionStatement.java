package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Moves the position of a slot where a batch holds nothing for any event table. */
final class PositionStatement implements EventLogStatement {

  private static final String SAVE = Sql.load("eventtable/save_position");

  private final Map<String, @Nullable Object> parameters;
  private boolean pending = true;

  PositionStatement(String slot, UUID sourceDatabaseId, long position) {
    parameters = Map.of("slot", slot, "source_database_id", sourceDatabaseId, "position", position);
  }

  @Override
  public String getSql() {
    return SAVE;
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
    return "position";
  }
}
