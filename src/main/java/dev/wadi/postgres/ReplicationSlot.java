package dev.wadi.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A logical replication slot as the server describes it.
 *
 * @param confirmed LSN up to which the server may forget, unsigned
 * @param restartLsn from where on the server keeps its WAL for it; empty if it keeps none
 * @param retainedBytes WAL that the server keeps for it
 * @param safeBytes WAL that may still be written before it is lost; null if there is no limit
 * @param activePid process that reads it now; 0 if none
 * @param reader who that is, as far as this role may see
 * @param readerIsWadi whether that is a Wadi, or not known
 * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
 * @param invalidationReason why it is lost; empty before Postgres 17
 * @param failover whether standbys may take it over; from Postgres 17 on
 * @param twoPhase whether it sends prepared transactions before they are committed
 */
public record ReplicationSlot(
    String name,
    String database,
    String plugin,
    long confirmed,
    String restartLsn,
    long retainedBytes,
    @Nullable Long safeBytes,
    int activePid,
    String reader,
    boolean readerIsWadi,
    String walStatus,
    String invalidationReason,
    boolean failover,
    boolean twoPhase) {

  /** Name of the session that reads a slot for Wadi; by it another Wadi is told from a stranger. */
  public static final String READER = "wadi capture";

  private static final String FIND = Sql.load("postgres/find_slot");
  private static final String CREATE = Sql.load("postgres/create_slot");
  private static final String CREATE_FAILOVER = Sql.load("postgres/create_failover_slot");
  private static final String DROP = Sql.load("postgres/drop_slot");
  private static final int FIRST_WITH_FAILOVER = 170_000;
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  /** The slot of that name; null if there is none. */
  public static @Nullable ReplicationSlot find(DataSource source, String name) throws SQLException {
    try (var connection = source.getConnection();
        var find = Sql.prepare(connection, FIND, Map.of("slot", name));
        var row = find.executeQuery()) {
      return row.next() ? read(name, row) : null;
    }
  }

  private static ReplicationSlot read(String name, ResultSet row) throws SQLException {
    return new ReplicationSlot(
        name,
        row.getString("database"),
        row.getString("plugin"),
        row.getLong("confirmed"),
        row.getString("restart_lsn"),
        row.getLong("retained_bytes"),
        row.getObject("safe_wal_size", Long.class),
        row.getInt("active_pid"),
        row.getString("reader"),
        row.getBoolean("reader_is_wadi"),
        row.getString("wal_status"),
        row.getString("invalidation_reason"),
        row.getBoolean("failover"),
        row.getBoolean("two_phase"));
  }

  /**
   * Creates the slot, from Postgres 17 on as one that standbys may take over; waits for
   * transactions that are open now.
   *
   * @throws IllegalStateException if the role may not, with the SQL to run
   */
  public static ReplicationSlot create(DataSource source, String name) throws SQLException {
    boolean failover = ServerPosition.read(source).version() >= FIRST_WITH_FAILOVER;
    try {
      runHoweverLong(source, failover ? CREATE_FAILOVER : CREATE, name);
    } catch (SQLException e) {
      if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw new IllegalStateException(
            "slot '"
                + name
                + "': this role may not create it ("
                + e.getMessage()
                + "); as a superuser run: alter role <wadi's role> replication; or: "
                + "select pg_create_logical_replication_slot('"
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

  /** Drops a slot that nobody reads. */
  public static void drop(DataSource source, String name) throws SQLException {
    run(source, DROP, name);
  }

  /** Whether the server has removed WAL that the slot needed; nobody can read it any more. */
  public boolean lost() {
    return walStatus.equals("lost") || !invalidationReason.isEmpty();
  }

  /** Whether it is one that Wadi can read, of a database. */
  public boolean serves(String wantedDatabase) {
    return plugin.equals("pgoutput") && database.equals(wantedDatabase) && !twoPhase;
  }

  private static void run(DataSource source, String sql, String slot) throws SQLException {
    try (var connection = source.getConnection()) {
      run(connection, sql, slot);
    }
  }

  /** Transactions that are waited for may take hours; the pool sets its own timeout again. */
  private static void runHoweverLong(DataSource source, String sql, String slot)
      throws SQLException {
    try (var connection = source.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 0);
      set(connection, "set statement_timeout = 0");
      run(connection, sql, slot);
      set(connection, "reset statement_timeout");
    }
  }

  private static void set(Connection connection, String setting) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(setting);
    }
  }

  private static void run(Connection connection, String sql, String slot) throws SQLException {
    try (var statement = Sql.prepare(connection, sql, Map.of("slot", slot))) {
      statement.execute();
    }
  }
}
