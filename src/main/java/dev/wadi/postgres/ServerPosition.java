package dev.wadi.postgres;

import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Where a server's WAL stands.
 *
 * @param standby whether it replays another server's WAL; timeline and end are not known then
 * @param version as in {@code server_version_num}
 * @param timeline counts promotions: a standby that was promoted begins a new one
 * @param walEnd the end of its WAL, as Postgres writes an LSN
 */
public record ServerPosition(boolean standby, int version, int timeline, String walEnd) {

  private static final String READ = Sql.load("postgres/server_position");

  public static ServerPosition read(DataSource source) throws SQLException {
    try (var connection = source.getConnection();
        var read = Sql.prepare(connection, READ, Map.of());
        var row = read.executeQuery()) {
      row.next();
      return new ServerPosition(
          row.getBoolean("standby"),
          row.getInt("version"),
          row.getInt("timeline"),
          row.getString("wal_end"));
    }
  }
}
