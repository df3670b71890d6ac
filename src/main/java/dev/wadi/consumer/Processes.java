package dev.wadi.consumer;

import dev.wadi.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The processes that serve consumer groups of this event log. Each holds a shared advisory lock as
 * long as it lives, so Postgres itself knows how many there are; nothing is written.
 */
final class Processes {

  private static final String JOIN = Sql.load("consumer/join");
  private static final String COUNT = Sql.load("consumer/count_processes");

  private final OwnerSessions sessions;
  private @Nullable Connection session;

  Processes(OwnerSessions sessions) {
    this.sessions = sessions;
  }

  /**
   * How many there are, this one included, which is one of them from now on.
   *
   * @throws SQLException if this one is not counted just now
   */
  int count() throws SQLException {
    var joined = session;
    if (joined != null) {
      try {
        return count(joined);
      } catch (SQLException e) {
        // The server ends the session of a process that was held up for a while.
        leave();
      }
    }
    session = join();
    return count(session);
  }

  /** Is not counted any more. */
  void leave() {
    var joined = session;
    session = null;
    if (joined != null) {
      try {
        joined.close();
      } catch (SQLException e) {
        // Broken already: the lock is gone with it.
      }
    }
  }

  private Connection join() throws SQLException {
    var connection = sessions.open();
    try (var statement = connection.createStatement()) {
      statement.execute(JOIN);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static int count(Connection joined) throws SQLException {
    try (var statement = joined.createStatement();
        var row = statement.executeQuery(COUNT)) {
      row.next();
      return row.getInt(1);
    }
  }
}
