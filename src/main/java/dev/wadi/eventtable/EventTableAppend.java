package dev.wadi.eventtable;

import dev.wadi.change.Change;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statement that appends changes to one event table, and its parameters.
 *
 * <p>It must run in isolation level read committed, in a transaction of its own. It answers one
 * row, which {@link Appended#of} reads; while that says stale, the statement must be repeated.
 */
public final class EventTableAppend {

  private static final String APPEND = Sql.load("eventtable/append");

  private final TableName table;
  private final String sql;

  /** The append to an event table; make one and keep it. */
  public EventTableAppend(TableName table) {
    this.table = table;
    this.sql = Sql.forTable(APPEND, table);
  }

  /** The event table. */
  public TableName table() {
    return table;
  }

  /** The statement, for camel-jdbc. */
  public String sql() {
    return sql;
  }

  /**
   * The parameters of the statement, for header {@code CamelJdbcParameters}. A change that is in
   * the batch twice, because two pipelines brought it, is taken once, as it came first.
   *
   * @param changes in commit order; may be empty
   * @param sourceDatabaseId where the changes happened
   * @param slot the replication slot that brought them
   * @param position LSN to which the slot's position moves in the same transaction; null if other
   *     event tables have yet to store their part
   */
  public Map<String, @Nullable Object> parameters(
      List<Change> changes, UUID sourceDatabaseId, String slot, @Nullable Long position) {
    var parameters = new HashMap<String, @Nullable Object>(64);
    parameters.put("event_table", table.toString());
    parameters.put("source_database_id", sourceDatabaseId);
    parameters.put("slot", slot);
    parameters.put("position", position);
    new ChangeArrays(distinct(changes)).putInto(parameters);
    return parameters;
  }

  private static Collection<Change> distinct(List<Change> changes) {
    var distinct = new LinkedHashMap<Identity, Change>(changes.size() * 2);
    for (var change : changes) {
      distinct.putIfAbsent(
          new Identity(change.lsn(), change.ordinal(), change.committedAtMicros()), change);
    }
    return distinct.values();
  }

  private record Identity(long lsn, int ordinal, long committedAtMicros) {}
}
