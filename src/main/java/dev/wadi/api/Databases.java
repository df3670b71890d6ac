package dev.wadi.api;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away from one that refuses. */
final class Databases {

  private static final String UNDEFINED_TABLE = "42P01";

  private Databases() {}

  /**
   * Whether the failure is that the database could not be asked: no connection, shutting down, too
   * many connections.
   */
  static boolean isUnreachable(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.sql.SQLTransientConnectionException) {
        return true;
      }
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        var state = sql.getSQLState();
        return state.startsWith("08") || state.startsWith("57P") || state.startsWith("53");
      }
    }
    return false;
  }

  static boolean isMissingTable(@Nullable SQLException failure) {
    return failure != null && UNDEFINED_TABLE.equals(failure.getSQLState());
  }
}
