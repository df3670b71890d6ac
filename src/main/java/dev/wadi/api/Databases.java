package dev.wadi.api;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away from one that refuses. */
final class Databases {

  private static final String UNDEFINED_TABLE = "42P01";
  private static final String CANCELED = "57014";

  private static final String DEADLOCK = "40P01";

  /** A foreign key's and a unique key's: what a call looked at before is no longer so. */
  private static final Set<String> CONFLICTS = Set.of("23503", "23505");

  /** Of bytes that are no text, and of JSON escapes that stand for no text. */
  private static final Set<String> NO_TEXT = Set.of("22021", "22P05");

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

  /** Whether the failure is that a caller's text holds what Postgres does not store as text. */
  static boolean isUnstorable(Throwable failure) {
    return NO_TEXT.contains(state(failure));
  }

  /** Whether another call, at the same time, made or took away what this one counts on. */
  static boolean isConflict(Throwable failure) {
    return CONFLICTS.contains(state(failure));
  }

  /** Whether Postgres ended the statement because it and another waited for each other. */
  static boolean isDeadlock(Throwable failure) {
    return DEADLOCK.equals(state(failure));
  }

  /** Empty if it is no failure of a statement. */
  private static String state(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return "";
  }

  /** Whether the failure is that a statement was ended because it took too long. */
  static boolean isTooSlow(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && CANCELED.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  static boolean isMissingTable(@Nullable SQLException failure) {
    return failure != null && UNDEFINED_TABLE.equals(failure.getSQLState());
  }
}
