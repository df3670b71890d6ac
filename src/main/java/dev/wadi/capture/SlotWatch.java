package dev.wadi.capture;

import dev.wadi.postgres.Sql;
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
   */
  public record Reading(
      long lagBytes, long retainedBytes, String walStatus, @Nullable Long safeBytes) {
    static final Reading NONE = new Reading(0, 0, "", null);
  }

  public SlotWatch(DataSource source, String slot) {
    this.source = source;
    this.slot = slot;
  }

  /** The last reading. */
  public Reading last() {
    return last;
  }

  /** Looks now; keeps the last reading while the database does not answer. */
  public void look() {
    try (var connection = source.getConnection();
        var lag = Sql.prepare(connection, LAG, Map.of("slot", slot));
        var row = lag.executeQuery()) {
      if (row.next()) {
        last =
            new Reading(
                row.getLong("lag_bytes"),
                row.getLong("retained_bytes"),
                row.getString("wal_status"),
                row.getObject("safe_wal_size", Long.class));
      }
    } catch (SQLException e) {
      // Capture itself says that the database is away.
      LOG.debug("slot {}: cannot be looked at", slot, e);
    }
  }
}
