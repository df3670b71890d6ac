package dev.wadi.eventtable;

import dev.wadi.postgres.TableName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The append of one event table's share of a batch. */
final class AppendStatement implements EventLogStatement {

  private static final int MAX_TURNS = 1_000;

  private final EventTableAppend append;
  private final Map<String, @Nullable Object> parameters;
  private boolean pending = true;
  private int turns;
  private long appendedEvents;
  private long lastId;

  AppendStatement(EventTableAppend append, Map<String, @Nullable Object> parameters) {
    this.append = append;
    this.parameters = parameters;
  }

  TableName table() {
    return append.table();
  }

  /** The event table's newest event, once this was answered. */
  long lastId() {
    return lastId;
  }

  @Override
  public String getSql() {
    return append.sql();
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
    var appended = Appended.of(append.table(), rows.get(0));
    pending = appended.stale();
    appendedEvents = appended.appended();
    lastId = appended.lastId();
    if (pending && ++turns >= MAX_TURNS) {
      throw new IllegalStateException(
          "event table '"
              + append.table()
              + "': another writer came first "
              + turns
              + " times in a row");
    }
  }

  @Override
  public long appendedEvents() {
    return appendedEvents;
  }

  @Override
  public String toString() {
    return "append to " + append.table();
  }
}
