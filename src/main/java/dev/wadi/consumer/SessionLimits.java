package dev.wadi.consumer;

import dev.wadi.postgres.DatabaseAddress;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Bounds how long a session that holds a lock may be silent: the server then ends it, and the lock
 * with it, so a process that was stopped or cut off keeps nothing from the others.
 */
final class SessionLimits {

  static final int IDLE_TIMEOUT_MS = 2_000;

  private static final String SETTINGS =
      "set idle_session_timeout = "
          + IDLE_TIMEOUT_MS
          + "; set idle_in_transaction_session_timeout = "
          + IDLE_TIMEOUT_MS
          + "; set tcp_keepalives_idle = 1; set tcp_keepalives_interval = 1;"
          + " set tcp_keepalives_count = 2; set tcp_user_timeout = "
          + IDLE_TIMEOUT_MS
          + "; set timezone = 'UTC'";

  private SessionLimits() {}

  static void set(Connection connection) throws SQLException {
    try (var settings = connection.createStatement()) {
      settings.execute(SETTINGS);
      settings.execute(DatabaseAddress.COMMIT_DURABLY);
    }
  }
}
