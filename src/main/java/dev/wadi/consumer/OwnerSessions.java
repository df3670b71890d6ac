package dev.wadi.consumer;

import dev.wadi.postgres.DatabaseAddress;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * The sessions that hold the locks of owners. The server ends one that is silent for too long, and
 * its lock with it, so a process that was stopped or cut off keeps nothing from the others.
 *
 * @param source gives a new connection each time, not one of a pool; each owned group keeps one
 * @param silenceMs how long one may be silent, ms, {@link #LEAST_SILENCE_MS} or more
 */
public record OwnerSessions(DataSource source, int silenceMs) {

  /** An owner that is well says something every 250 ms. */
  public static final int LEAST_SILENCE_MS = 2_000;

  /** A session of an owner to be. */
  Connection open() throws SQLException {
    var connection = source.getConnection();
    try {
      set(connection);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private void set(Connection connection) throws SQLException {
    var limits =
        "set idle_session_timeout = %1$d; set idle_in_transaction_session_timeout = %1$d;"
            + " set tcp_keepalives_idle = 1; set tcp_keepalives_interval = 1;"
            + " set tcp_keepalives_count = %2$d; set tcp_user_timeout = %1$d; set timezone = 'UTC'";
    try (var settings = connection.createStatement()) {
      // A second apart; where the server knows no user timeout they are what ends the session.
      settings.execute(limits.formatted(silenceMs, silenceMs / 1000));
      settings.execute(DatabaseAddress.COMMIT_DURABLY);
    }
  }
}
