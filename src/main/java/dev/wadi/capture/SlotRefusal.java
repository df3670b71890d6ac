package dev.wadi.capture;

import dev.wadi.postgres.Publication;
import dev.wadi.postgres.ReplicationSlot;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What it means that Postgres does not let a slot be read that looked fine. */
final class SlotRefusal {

  private static final String OBJECT_IN_USE = "55006";
  private static final String UNDEFINED_OBJECT = "42704";

  private SlotRefusal() {}

  /**
   * Tells it by the SQL state among the causes of a failure.
   *
   * @return a slot exception where only time or a person helps, else the failure itself
   */
  static Exception of(Exception failure, DataSource source, String slot, String publication)
      throws SQLException {
    if (hasState(failure, OBJECT_IN_USE)) {
      // Of several that stand by one is the first to take the slot.
      return new SlotException(new SlotVerdict(SlotState.ACTIVE, Reason.of(failure)));
    }
    var reason = Reason.of(failure);
    boolean isUnreadable =
        hasState(failure, UNDEFINED_OBJECT)
            && reason.contains(publication)
            && bothExist(source, slot, publication);
    return isUnreadable ? new SlotException(unreadable(slot, publication, reason)) : failure;
  }

  private static boolean bothExist(DataSource source, String slot, String publication)
      throws SQLException {
    return ReplicationSlot.find(source, slot) != null && Publication.exists(source, publication);
  }

  /** Decoding sees the catalog as it was when a change was written; Postgres 18 passes this by. */
  private static SlotVerdict unreadable(String slot, String publication, String reason) {
    return new SlotVerdict(
        SlotState.UNREADABLE,
        "slot '%1$s': holds changes from when publication '%2$s' did not exist, and Postgres does not read past them (%3$s). To go on without what it holds run: select pg_drop_replication_slot('%1$s'); then: wadi slot recreate --accept-gap; then fill the gap with a backfill of each pipeline"
            .formatted(slot, publication, reason));
  }

  private static boolean hasState(Throwable failure, String state) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && state.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }
}
