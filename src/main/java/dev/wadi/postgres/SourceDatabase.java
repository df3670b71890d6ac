package dev.wadi.postgres;

import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The captured database's identity: the same through restarts, renamed hosts and failover to a
 * standby.
 */
public final class SourceDatabase {

  private static final String ID = Sql.load("postgres/source_database_id");

  private final DataSource source;
  private volatile @Nullable UUID id;

  public SourceDatabase(DataSource source) {
    this.source = source;
  }

  /** A UUID made of the cluster's system identifier and the database's oid; read once. */
  public UUID id() throws SQLException {
    var known = id;
    if (known == null) {
      known = read();
      id = known;
    }
    return known;
  }

  private UUID read() throws SQLException {
    try (var connection = source.getConnection();
        var statement = Sql.prepare(connection, ID, Map.of());
        var row = statement.executeQuery()) {
      row.next();
      return row.getObject("id", UUID.class);
    }
  }
}
