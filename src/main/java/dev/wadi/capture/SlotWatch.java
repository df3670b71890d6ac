package dev.wadi.capture;

import dev.wadi.postgres.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every few seconds how far the slot is behind, for health, metrics and the console. */
public final class SlotWatch {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.capture");
  private static final String LAG = Sql.load("postgres/slot_lag");

  private final DataSource source;
  private final String slot;
  private final WalRate rate = new WalRate();
  private volatile Reading last = Reading.NONE;

  /**
   * What was seen.
   *
   * @param lagBytes WAL written since the last change that is stored
   * @param retainedBytes WAL that the server keeps for the slot
   * @param walStatus {@code reserved}, {@code extended}, {@code unreserved}, {@code lost}; empty
   *     before the first look
   * @param safeBytes WAL that may still be written before the slot is lost; null if there is no
   *     limit
   * @param walBytesPerSecond how fast the server wrote WAL in the last minutes; 0 before the second
   *     look
   * @param takenNanos when, as {@link System#nanoTime}; 0 before the first look
   */
  public record Reading(
      long lagBytes,
      long retainedBytes,
      String walStatus,
      @Nullable Long safeBytes,
      double walBytesPerSecond,
      long takenNanos) {
    private static final double SILENT_SECONDS = 15;

    static final Reading NONE = new Reading(0, 0, "", null, 0, 0);

    /** Whether nothing was seen: there is no slot, or no database has answered yet. */
    public boolean isNone() {
      return takenNanos == 0;
    }

    /** How long ago the database told this. */
    public double ageSeconds() {
      return isNone() ? Double.NaN : (System.nanoTime() - takenNanos) / 1e9;
    }

    /** Whether it says how things are now: later than that the database is taken for silent. */
    public boolean isCurrent() {
      return ageSeconds() <= SILENT_SECONDS;
    }

    /** Whether Postgres gave the slot up. */
    public boolean isLost() {
      return walStatus.equals("lost");
    }

    /**
     * When a slot that stood still from now on would be lost, at the rate of the last minutes;
     * infinite if there is no limit or nothing is written, NaN if there is no slot.
     */
    public double secondsUntilLost() {
      if (isNone()) {
        return Double.NaN;
      }
      if (isLost()) {
        return 0;
      }
      boolean never = safeBytes == null || walBytesPerSecond <= 0;
      return never ? Double.POSITIVE_INFINITY : Math.max(0, safeBytes) / walBytesPerSecond;
    }
  }

  public SlotWatch(DataSource source, String slot) {
    this.source = source;
    this.slot = slot;
  }

  /** The last reading. */
  public Reading last() {
    return last;
  }

  /** Looks now; keeps the last reading only while the database does not answer. */
  public void look() {
    try (var connection = source.getConnection();
        var lag = Sql.prepare(connection, LAG, Map.of("slot", slot));
        var row = lag.executeQuery()) {
      last = row.next() ? reading(row, System.nanoTime()) : Reading.NONE;
    } catch (SQLException e) {
      // Capture itself says that the database is away.
      LOG.debug("slot {}: cannot be looked at", slot, e);
    }
  }

  private Reading reading(ResultSet row, long now) throws SQLException {
    return new Reading(
        row.getLong("lag_bytes"),
        row.getLong("retained_bytes"),
        row.getString("wal_status"),
        row.getObject("safe_wal_size", Long.class),
        rate.at(row.getDouble("wal_end"), now),
        now);
  }
}
