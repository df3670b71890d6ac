package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Tells from an event table what rows of a source table were at a time.
 *
 * <p>What it cannot know it says: {@code no_event_yet} (the log has no event of the row until then,
 * though the row may have been there: capture of its table began later, retention removed the
 * event, or a truncate or a new key took the row away), {@code columns_unavailable} (Postgres did
 * not send them), {@code key_may_have_changed} (not all later events could be searched for a change
 * of the key), {@code deleted_without_key} (a later delete does not say of which row it was),
 * {@code table_made_anew} (tables of that name with several oids were captured; the event may be of
 * an earlier one), {@code several_databases} (the event table holds events of more than one, whose
 * tables of that name or oid are not told apart).
 */
public final class RowStates {

  private static final String STATES = Sql.load("eventtable/read_row_states");
  private static final String KEYS = Sql.load("eventtable/read_row_keys");
  private static final long SEARCH_LIMIT = 100_000;

  private final DataSource eventLog;
  private final TableOids tableOids;

  public RowStates(DataSource eventLog) {
    this.eventLog = eventLog;
    this.tableOids = new TableOids(eventLog);
  }

  /**
   * What is asked.
   *
   * @param keyColumns the columns that make {@code record_pk}, in its order; empty if not known
   */
  public record Question(
      TableName eventTable, TableName source, Instant at, List<String> keyColumns) {}

  /**
   * Rows that were there, or may have been, in the order of their keys.
   *
   * @param nextAfter the key to go on after; null at the end
   */
  public record Page(List<RowState> rows, @Nullable String nextAfter) {}

  /** One row. */
  public RowState of(Question question, String recordPk) throws SQLException {
    var oids = tableOids.of(question.eventTable(), question.source());
    return states(question, oids, List.of(recordPk)).get(0);
  }

  /** The rows of the table, those of up to {@code limit} keys at a time; of large rows fewer. */
  public Page page(Question question, @Nullable String after, int limit) throws SQLException {
    var oids = tableOids.of(question.eventTable(), question.source());
    var keys = keys(question.eventTable(), oids, after, limit);
    var states = states(question, oids, keys);
    var rows =
        states.stream()
            .filter(state -> state.event() != null || state.nextEvent() != null)
            .filter(RowState::isOrMayBeThere)
            .toList();
    boolean atEnd = states.size() == keys.size() && keys.size() < limit;
    return new Page(rows, atEnd ? null : keys.get(states.size() - 1));
  }

  private List<String> keys(TableName eventTable, Long[] oids, @Nullable String after, int limit)
      throws SQLException {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("table_oids", oids);
    parameters.put("after", after);
    parameters.put("limit", limit);
    var keys = new ArrayList<String>();
    try (var connection = eventLog.getConnection();
        var read = Sql.prepare(connection, Sql.forTable(KEYS, eventTable), parameters);
        var row = read.executeQuery()) {
      while (row.next()) {
        keys.add(row.getString("record_pk"));
      }
    }
    return keys;
  }

  /** In the order of the keys; of large rows only the first. */
  private List<RowState> states(Question question, Long[] oids, List<String> keys)
      throws SQLException {
    var parameters =
        Map.<String, Object>of(
            "table_oids",
            oids,
            "record_pks",
            keys.toArray(String[]::new),
            "at",
            question.at().atOffset(ZoneOffset.UTC),
            "key_columns",
            question.keyColumns().toArray(String[]::new),
            "search_limit",
            SEARCH_LIMIT,
            "most_bytes",
            Events.MOST_BYTES);
    var states = new ArrayList<RowState>();
    try (var connection = eventLog.getConnection();
        var read =
            Sql.prepare(connection, Sql.forTable(STATES, question.eventTable()), parameters);
        var row = read.executeQuery()) {
      while (row.next()) {
        states.add(state(row, oids.length > 1));
      }
    }
    return states;
  }

  private static RowState state(ResultSet row, boolean madeAnew) throws SQLException {
    var event = mark(row, "");
    var next = mark(row, "next_");
    var state = word(row, event);
    boolean isPresent = state.equals("present");
    var unavailable = isPresent ? texts(row.getArray("unavailable")) : null;
    var doubts = new ArrayList<String>();
    doubtIf(state.equals("unknown"), "no_event_yet", doubts);
    doubtIf(unavailable != null, "columns_unavailable", doubts);
    boolean dependsOnKey = isPresent || state.equals("unknown") && row.getBoolean("inserted_later");
    doubtIf(dependsOnKey && !row.getBoolean("covered"), "key_may_have_changed", doubts);
    doubtIf(isPresent && row.getBoolean("deleted_without_key"), "deleted_without_key", doubts);
    doubtIf(isPresent && madeAnew, "table_made_anew", doubts);
    doubtIf(row.getBoolean("several_databases"), "several_databases", doubts);
    return new RowState(
        row.getString("record_pk"),
        state,
        isPresent ? row.getString("record") : null,
        unavailable,
        event,
        state.equals("moved") ? row.getString("moved_to") : null,
        next,
        List.copyOf(doubts));
  }

  private static String word(ResultSet row, RowState.@Nullable Mark event) throws SQLException {
    if (event == null) {
      return row.getBoolean("inserted_later") && row.getBoolean("covered") ? "absent" : "unknown";
    }
    if (event.action().equals("delete") || row.getBoolean("truncated")) {
      return "deleted";
    }
    return row.getString("moved_to") == null ? "present" : "moved";
  }

  private static void doubtIf(boolean holds, String doubt, List<String> doubts) {
    if (holds) {
      doubts.add(doubt);
    }
  }

  private static RowState.@Nullable Mark mark(ResultSet row, String prefix) throws SQLException {
    var time = row.getObject(prefix + "committed_at", OffsetDateTime.class);
    return time == null
        ? null
        : new RowState.Mark(
            row.getLong(prefix + "id"), row.getString(prefix + "action"), time.toInstant());
  }

  private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? null : List.of((String[]) array.getArray());
  }
}
