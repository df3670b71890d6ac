package dev.wadi.capture;

import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.ReplicationSlot;
import dev.wadi.postgres.ServerPosition;
import dev.wadi.postgres.TimelineHistory;
import java.sql.SQLException;
import java.util.Objects;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Judges a slot by the stored position, and gives up what is lost if a person says so. */
public final class SlotCare {

  private static final String GO_ON =
      "; to go on without them run: wadi slot recreate --accept-gap; then fill the gap with a"
          + " backfill of each pipeline";

  private final DatabaseAddress database;
  private final DataSource source;
  private final PositionStore positions;

  public SlotCare(DatabaseAddress database, DataSource source, PositionStore positions) {
    this.database = database;
    this.source = source;
    this.positions = positions;
  }

  /**
   * A slot, its position and what that means.
   *
   * @param slot null if there is none
   */
  public record Facts(
      @Nullable ReplicationSlot slot,
      OptionalLong position,
      ServerPosition server,
      SlotVerdict verdict) {

    /** The position as Postgres writes an LSN; empty before there is one. */
    public String positionText() {
      return position.isPresent() ? Lsn.text(position.getAsLong()) : "";
    }
  }

  /**
   * Looks at a slot now.
   *
   * @throws IllegalStateException if the server is a standby
   */
  public Facts look(String name) throws Exception {
    // The slot before the position, for another Wadi moves it only after the position.
    var slot = ReplicationSlot.find(source, name);
    var position = positions.read(name);
    if (slot == null) {
      // Another Wadi may have made both in between.
      slot = ReplicationSlot.find(source, name);
    }
    return judged(name, slot, position);
  }

  private Facts judged(String name, @Nullable ReplicationSlot slot, OptionalLong position)
      throws Exception {
    var server = ServerPosition.read(source);
    if (server.standby()) {
      throw new IllegalStateException(
          "server "
              + database
              + ": is a standby, changes are captured from the primary; promote it or name the"
              + " primary in wadi.database.url");
    }
    var verdict =
        slot == null && position.isEmpty()
            ? SlotVerdict.of(SlotState.NEW)
            : verdict(name, slot, position, server);
    return new Facts(slot, position, server, verdict);
  }

  private SlotVerdict verdict(
      String name, @Nullable ReplicationSlot slot, OptionalLong position, ServerPosition server)
      throws Exception {
    if (slot == null) {
      return broken(
          SlotState.MISSING,
          name,
          "does not exist any more: somebody dropped it, or a standby without it was promoted."
              + " Changes after "
              + Lsn.text(position.getAsLong())
              + " are not captured");
    }
    if (!slot.serves(database.database())) {
      return new SlotVerdict(SlotState.FOREIGN, foreign(slot));
    }
    if (slot.activePid() != 0) {
      return active(slot);
    }
    if (slot.lost()) {
      return broken(SlotState.INVALIDATED, name, invalidated(slot, position));
    }
    return position.isEmpty()
        ? SlotVerdict.of(SlotState.READY)
        : compared(slot, position.getAsLong(), server);
  }

  private SlotVerdict compared(ReplicationSlot slot, long position, ServerPosition server)
      throws Exception {
    var stray = strayed(slot.name(), position, server);
    if (!stray.isEmpty()) {
      return broken(SlotState.FAILED_OVER, slot.name(), stray);
    }
    boolean slotIsAhead = Long.compareUnsigned(slot.confirmed(), position) > 0;
    if (slotIsAhead) {
      return broken(
          SlotState.AHEAD,
          slot.name(),
          "is ahead of the stored position: somebody made it anew or moved it. Changes after "
              + Lsn.text(position)
              + " and up to "
              + Lsn.text(slot.confirmed())
              + " are not captured");
    }
    return SlotVerdict.of(SlotState.READY);
  }

  /** Why the position is not in the server's history; empty if it is. */
  private String strayed(String name, long position, ServerPosition server) throws Exception {
    boolean beyondEnd = Long.compareUnsigned(position, Lsn.parse(server.walEnd())) > 0;
    if (beyondEnd) {
      return stray(position, server.walEnd());
    }
    int known = positions.timeline(name);
    boolean sameHistory = known == 0 || server.timeline() == 0 || known == server.timeline();
    if (sameHistory) {
      return "";
    }
    try {
      var end = TimelineHistory.ends(database, server.timeline()).get(known);
      boolean contained = end != null && Long.compareUnsigned(position, Lsn.parse(end)) <= 0;
      return contained ? "" : stray(position, end == null ? "an unknown place" : end);
    } catch (SQLException e) {
      boolean isRefused = String.valueOf(e.getSQLState()).matches("(0A|42|55|58).*");
      if (!isRefused) {
        throw e;
      }
      return stray(position, "a place that cannot be told (" + Reason.of(e) + ")");
    }
  }

  private static String stray(long position, String end) {
    return "was failed over to a server that had the WAL only up to "
        + end
        + ", while events are stored up to "
        + Lsn.text(position)
        + ". Events between may be of transactions that this server does not have, and its own"
        + " changes there are not captured";
  }

  private static SlotVerdict broken(SlotState state, String slot, String what) {
    return new SlotVerdict(state, "slot '" + slot + "': " + what + GO_ON);
  }

  private static String invalidated(ReplicationSlot slot, OptionalLong position) {
    var reason = slot.invalidationReason().isEmpty() ? "wal_removed" : slot.invalidationReason();
    var from = position.isPresent() ? Lsn.text(position.getAsLong()) : Lsn.text(slot.confirmed());
    return "was given up by Postgres ("
        + reason
        + "), see max_slot_wal_keep_size and idle_replication_slot_timeout. Changes after "
        + from
        + " are not captured";
  }

  /** What a slot that somebody reads means. */
  static SlotVerdict active(ReplicationSlot slot) {
    var text =
        "slot '"
            + slot.name()
            + "': is being read by process "
            + slot.activePid()
            + (slot.reader().isBlank() ? "" : " (" + slot.reader() + ")");
    if (slot.readerIsWadi()) {
      return new SlotVerdict(
          SlotState.ACTIVE, text + "; another Wadi is capturing, this one stands by");
    }
    return new SlotVerdict(
        SlotState.FOREIGN,
        text
            + ", which is no Wadi, so nothing is captured; stop it, or choose another name in"
            + " wadi.slot");
  }

  private String foreign(ReplicationSlot slot) {
    return "slot '"
        + slot.name()
        + "': must be a pgoutput slot of database '"
        + database.database()
        + "' without two_phase (is "
        + slot.plugin()
        + " of '"
        + slot.database()
        + (slot.twoPhase() ? "' with two_phase); choose" : "'); choose")
        + " another name in wadi.slot";
  }

  /**
   * Gives up the changes that a slot has lost: makes it anew unless it can still be read, and moves
   * the position to where it begins. What was done when it failed halfway is kept by the next try.
   *
   * @return what is given up
   * @throws IllegalStateException if the slot has lost nothing, or is not Wadi's to drop
   */
  public Gap recreate(String name) throws Exception {
    var facts = look(name);
    requireLoss(name, facts.verdict());
    long from = reached(name, facts);
    var slot = readable(name, facts);
    var reason = facts.verdict().state().toString();
    positions.accept(name, slot.confirmed(), facts.server().timeline(), reason);
    return new Gap(0, name, "", Lsn.text(from), Lsn.text(slot.confirmed()), reason, null, null);
  }

  /** The position; for a slot that was never read the place where it began. */
  private long reached(String name, Facts facts) throws Exception {
    if (facts.position().isPresent()) {
      return facts.position().getAsLong();
    }
    long began = Objects.requireNonNull(facts.slot()).confirmed();
    positions.save(name, began);
    return began;
  }

  private static void requireLoss(String name, SlotVerdict verdict) {
    if (verdict.state() == SlotState.ACTIVE) {
      throw new IllegalStateException(
          verdict.text() + "; stop the process that reads it before it is made anew");
    }
    if (verdict.state() == SlotState.FOREIGN) {
      throw new IllegalStateException(verdict.text());
    }
    if (!verdict.state().losesChanges()) {
      throw new IllegalStateException(
          "slot '" + name + "': is " + verdict.state() + ", it has lost nothing");
    }
  }

  /** The slot as it is if it can be read: what it still holds need not be lost too. */
  private ReplicationSlot readable(String name, Facts facts) throws SQLException {
    var slot = facts.slot();
    if (slot != null && !slot.lost()) {
      return slot;
    }
    if (slot != null) {
      ReplicationSlot.drop(source, name);
    }
    return ReplicationSlot.create(source, name);
  }
}
