package dev.wadi.kit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Connections for single statements, one per database and a few at a time in this process: a server
 * takes a hundred times as long to let a session in as it takes to answer.
 */
final class KeptConnections {

  private static final int MOST = 8;
  private static final int ANSWER_LIMIT_SECONDS = 5;
  private static final Map<DataSource, Connection> KEPT = new LinkedHashMap<>();

  private KeptConnections() {}

  /** What to do with a connection. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** A connection whose work fails is closed, whatever state it is in. */
  static <T> T use(DataSource database, Work<T> work) throws SQLException {
    var connection = take(database);
    try {
      var result = work.on(connection);
      forget(connection);
      keep(database, connection);
      return result;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** What the statement has set ends with it, as it does with a session of its own. */
  private static void forget(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("discard all");
    }
  }

  private static Connection take(DataSource database) throws SQLException {
    Connection kept;
    synchronized (KEPT) {
      kept = KEPT.remove(database);
    }
    if (kept != null && kept.isValid(ANSWER_LIMIT_SECONDS)) {
      return kept;
    }
    if (kept != null) {
      kept.close();
    }
    return database.getConnection();
  }

  private static void keep(DataSource database, Connection connection) throws SQLException {
    Connection surplus;
    synchronized (KEPT) {
      surplus = KEPT.put(database, connection);
      if (KEPT.size() > MOST) {
        surplus = KEPT.remove(KEPT.keySet().iterator().next());
      }
    }
    if (surplus != null) {
      surplus.close();
    }
  }
}
