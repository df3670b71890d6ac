package dev.wadi.postgres;

import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A logical replication slot as the server describes it.
 *
 * @param confirmed LSN up to which the server may forget, unsigned
 * @param activePid process that reads it now; 0 if none
 * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
 */
public record ReplicationSlot(
    String name, String database, String plugin, long confirmed, int activePid, String walStatus) {

  private static final String FIND = Sql.load("postgres/find_slot");
  private static final String CREATE = Sql.load("postgres/create_slot");
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  /** The slot of that name; null if there is none. */
  public static @Nullable ReplicationSlot find(DataSource source, String name) throws SQLException {
    try (var connection = source.getConnection();
        var find = Sql.prepare(connection, FIND, Map.of("slot", name));
        var row = find.executeQuery()) {
      if (!row.next()) {
        return null;
      }
      return new ReplicationSlot(
          name,
          row.getString("database"),
          row.getString("plugin"),
          row.getLong("confirmed"),
          row.getInt("active_pid"),
          row.getString("wal_status"));
    }
  }

  /**
   * Creates the slot; waits for transactions that are open now.
   *
   * @throws IllegalStateException if the role may not, with the SQL to run
   */
  public static ReplicationSlot create(DataSource source, String name) throws SQLException {
    try (var connection = source.getConnection();
        var create = Sql.prepare(connection, CREATE, Map.of("slot", name))) {
      create.execute();
    } catch (SQLException e) {
      if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw new IllegalStateException(
            "slot '"
                + name
                + "': this role may not create it ("
                + e.getMessage()
                + "); as a superuser run: alter role <wadi's role> replication; or: select"
                + " pg_create_logical_replication_slot('"
                + name
                + "', 'pgoutput');",
            e);
      }
      throw e;
    }
    var slot = find(source, name);
    if (slot == null) {
      throw new IllegalStateException(
          "slot '" + name + "': vanished right after it was created; try again");
    }
    return slot;
  }

  /**
   * @throws IllegalStateException if it is a slot of another kind or database, or read by someone
   *     else
   */
  public void requireUsable(String wantedDatabase) {
    if (!plugin.equals("pgoutput") || !database.equals(wantedDatabase)) {
      throw new IllegalStateException(
          "slot '"
              + name
              + "': must be a pgoutput slot of database '"
              + wantedDatabase
              + "' (is "
              + plugin
              + " of '"
              + database
              + "'); choose another name in wadi.slot");
    }
    if (activePid != 0) {
      throw new IllegalStateException(
          "slot '"
              + name
              + "': is being read by process "
              + activePid
              + "; another Wadi is capturing, this one stands by");
    }
  }
}
