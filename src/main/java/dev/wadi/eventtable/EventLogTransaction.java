package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs all statements of a batch in one transaction. A batch needs it if it brings reads: unlike
 * changes they do not come again with a replay, so none may stay without the others.
 */
public final class EventLogTransaction {

  /**
   * By name, so that two Wadis with several event tables do not wait for each other. The advance of
   * a backfill is last: holding the event tables it sees whatever another Wadi has stored in them.
   */
  static final Comparator<EventLogStatement> ORDER =
      Comparator.<EventLogStatement, Boolean>comparing(AdvanceStatement.class::isInstance)
          .thenComparing(EventLogStatement::toString);

  private final DataSource eventLog;
  private final Appends appends;

  public EventLogTransaction(DataSource eventLog, Appends appends) {
    this.eventLog = eventLog;
    this.appends = appends;
  }

  /** Stores everything, or nothing if it throws. */
  public void store(List<EventLogStatement> statements) throws SQLException {
    try (var connection = eventLog.getConnection()) {
      connection.setAutoCommit(false);
      try {
        for (var statement : statements.stream().sorted(ORDER).toList()) {
          run(connection, statement);
        }
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
    statements.forEach(appends::tellStored);
  }

  private static void run(Connection connection, EventLogStatement statement) throws SQLException {
    while (statement.isPending()) {
      try (var prepared = Sql.prepare(connection, statement.getSql(), statement.getParameters())) {
        statement.answered(rows(prepared));
      }
    }
  }

  private static List<Map<String, @Nullable Object>> rows(PreparedStatement statement)
      throws SQLException {
    var rows = new ArrayList<Map<String, @Nullable Object>>();
    if (!statement.execute()) {
      return rows;
    }
    try (var result = statement.getResultSet()) {
      var columns = result.getMetaData();
      while (result.next()) {
        var row = new LinkedHashMap<String, @Nullable Object>();
        for (int place = 1; place <= columns.getColumnCount(); place++) {
          row.put(columns.getColumnLabel(place), result.getObject(place));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
