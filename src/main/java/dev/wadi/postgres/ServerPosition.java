package dev.wadi.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Where a server's WAL stands.
 *
 * @param standby whether it replays another server's WAL; timeline and end are not known then
 * @param version as in {@code server_version_num}
 * @param timeline counts promotions: a standby that was promoted begins a new one; 0 if not known
 * @param walEnd the end of its WAL, as Postgres writes an LSN
 */
public record ServerPosition(boolean standby, int version, int timeline, String walEnd) {

  private static final String READ = Sql.load("postgres/server_position");
  private static final String TIMELINE = Sql.load("postgres/server_timeline");

  public static ServerPosition read(DataSource source) throws SQLException {
    try (var connection = source.getConnection();
        var read = Sql.prepare(connection, READ, Map.of());
        var row = read.executeQuery()) {
      row.next();
      boolean standby = row.getBoolean("standby");
      return new ServerPosition(
          standby,
          row.getInt("version"),
          standby ? 0 : timeline(connection),
          row.getString("wal_end"));
    }
  }

  /** Some services do not let it be asked; Wadi can do without. */
  private static int timeline(Connection connection) throws SQLException {
    try (var read = Sql.prepare(connection, TIMELINE, Map.of());
        var row = read.executeQuery()) {
      row.next();
      return row.getInt("timeline");
    } catch (SQLException e) {
      boolean refused = String.valueOf(e.getSQLState()).matches("(0A|42|55).*");
      if (!refused) {
        throw e;
      }
      return 0;
    }
  }
}
