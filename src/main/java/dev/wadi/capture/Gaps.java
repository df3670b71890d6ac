package dev.wadi.capture;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What capture could not bring, kept in {@code wadi.gaps} until someone closes it. */
public final class Gaps {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.capture");
  private static final String LIST = Sql.load("capture/list_gaps");
  private static final String CLOSE = Sql.load("capture/close_gap");
  private static final String ADD = Sql.load("capture/add_table_gap");
  private static final int MOST = 1_000;

  private final DataSource eventLog;
  private final String slot;
  private volatile List<Gap> open = List.of();

  public Gaps(DataSource eventLog, String slot) {
    this.eventLog = eventLog;
    this.slot = slot;
  }

  /** The newest thousand, newest first; those of other slots too. */
  public List<Gap> list() throws SQLException {
    var gaps = new ArrayList<Gap>();
    try (var connection = eventLog.getConnection();
        var query = Sql.prepare(connection, LIST, Map.of("limit", MOST));
        var row = query.executeQuery()) {
      while (row.next()) {
        gaps.add(gap(row));
      }
    }
    return gaps;
  }

  /** This slot's gaps that nobody has closed, as {@link #look} saw them last. */
  public List<Gap> open() {
    return open;
  }

  /** Reads them anew; keeps what was read last while the database does not answer. */
  public void look() {
    try {
      open =
          list().stream().filter(gap -> gap.slot().equals(slot) && gap.closedAt() == null).toList();
    } catch (SQLException e) {
      // Capture itself says that the database is away.
      LOG.debug("slot {}: its gaps cannot be read", slot, e);
    }
  }

  /** Notes that a table was not published for a while. */
  void add(TableName table, String fromLsn, String toLsn, String reason) throws SQLException {
    var parameters =
        Map.of(
            "slot",
            slot,
            "table",
            table.toString(),
            "from_lsn",
            fromLsn,
            "to_lsn",
            toLsn,
            "reason",
            reason);
    try (var connection = eventLog.getConnection();
        var add = Sql.prepare(connection, ADD, parameters)) {
      add.execute();
    }
    look();
  }

  /** Says that a gap is filled or does not matter; tells whether there is one of that id. */
  public boolean close(long id) throws SQLException {
    try (var connection = eventLog.getConnection();
        var close = Sql.prepare(connection, CLOSE, Map.of("id", id))) {
      return close.executeUpdate() > 0;
    } finally {
      look();
    }
  }

  private static Gap gap(ResultSet row) throws SQLException {
    return new Gap(
        row.getLong("id"),
        row.getString("slot"),
        row.getString("source_table"),
        row.getString("from_lsn"),
        row.getString("to_lsn"),
        row.getString("reason"),
        row.getObject("noticed_at", OffsetDateTime.class),
        row.getObject("closed_at", OffsetDateTime.class));
  }
}
