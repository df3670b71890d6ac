package dev.wadi.consumer;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import dev.wadi.stream.EventKey;
import dev.wadi.stream.EventReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The database session that owns a group: it holds the group's advisory lock, and everything that
 * the group writes goes through it. When it ends, so does the ownership; so what was committed here
 * was committed by the owner.
 */
final class GroupSession implements AutoCloseable {

  private static final String ACQUIRE = Sql.load("consumer/acquire");
  private static final String TAKE_OVER = Sql.load("consumer/take_over");
  private static final String RECOVER = Sql.load("consumer/recover");
  private static final String READ_PARKED = Sql.load("consumer/read_parked");
  private static final String READ_REDRIVEN = Sql.load("consumer/read_redriven");
  private static final String SETTLE = Sql.load("consumer/settle");
  private static final String SETTLE_EXCEPTIONS = Sql.load("consumer/settle_exceptions");
  private static final String SEEK = Sql.load("consumer/seek");
  private static final String REDRIVE = EventReader.withBytes(Sql.load("consumer/redrive"));
  private static final String LOCK_LEDGER = Sql.load("consumer/lock_ledger");
  private static final String TRUNCATE_LEDGER = Sql.load("consumer/truncate_ledger");
  private static final String DISOWN = Sql.load("consumer/disown");
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** What the ledger and its tables say. */
  record Recovered(Window window, SeqRanges settled, List<Flush.Parked> parked) {}

  private final Connection connection;
  private final int group;
  private final String settle;
  private long epoch;
  private long lastDelta;

  /** How far the server's clock is ahead of the owner's. */
  private long aheadMs;

  private GroupSession(Connection connection, int group) {
    this.connection = connection;
    this.group = group;
    this.settle = ledger(SETTLE);
  }

  /**
   * Tries to become the owner of a group.
   *
   * @param connection of {@link OwnerSessions}, used for nothing else from now on; closed unless it
   *     becomes the owner's
   * @return null if another session is the owner
   */
  static @Nullable GroupSession acquire(Connection connection, int group) throws SQLException {
    boolean acquired = false;
    try {
      acquired = tryLock(connection, group);
      return acquired ? new GroupSession(connection, group) : null;
    } finally {
      if (!acquired) {
        connection.close();
      }
    }
  }

  private static boolean tryLock(Connection connection, int group) throws SQLException {
    try (var statement = Sql.prepare(connection, ACQUIRE, Map.of("group", group));
        var row = statement.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  Connection connection() {
    return connection;
  }

  long epoch() {
    return epoch;
  }

  /**
   * Begins a new epoch: what a former owner still wanted to write is refused from now on.
   *
   * @param nowMs by the owner's clock; what it writes down is in the server's time, as the next
   *     owner has another clock
   */
  AckIds takeOver(Owner owner, long nowMs) throws SQLException {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("group", group);
    parameters.put("owner_url", owner.url());
    parameters.put("owner_process", owner.process());
    try (var statement = Sql.prepare(connection, TAKE_OVER, parameters);
        var row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("consumer group " + group + " was deleted");
      }
      epoch = row.getLong("epoch");
      aheadMs = row.getLong("now_ms") - nowMs;
      return new AckIds(group, row.getBytes("ack_key"));
    }
  }

  /** Reads how far the group is. */
  Recovered recover() throws SQLException {
    var settled = new SeqRanges();
    Window window = null;
    try (var statement = connection.prepareStatement(ledger(RECOVER));
        var row = statement.executeQuery()) {
      while (row.next()) {
        settled.addAll(row.getString("settled"));
        window =
            new Window(
                row.getLong("start_seq"),
                row.getLong("cursor_seq"),
                row.getLong("settled_count"),
                row.getLong("settled_squares"));
      }
    }
    if (window == null) {
      throw new IllegalStateException("ledger of consumer group " + group + " is empty");
    }
    return new Recovered(window, settled, parked());
  }

  /** Dead letters that are to be delivered once more, with their attempts so far. */
  Map<Long, Integer> redriven() throws SQLException {
    try (var statement = Sql.prepare(connection, READ_REDRIVEN, Map.of("group", group))) {
      return attempts(statement);
    }
  }

  /**
   * Marks dead letters for one more delivery, about {@link EventReader#MOST_BYTES} at a time.
   *
   * @param seqs which; null for the oldest
   * @return those that were marked now, with their attempts so far
   */
  Map<Long, Integer> redrive(TableName table, @Nullable List<Long> seqs, int most)
      throws SQLException {
    var named = seqs == null ? List.<Long>of() : seqs;
    var parameters = new HashMap<String, Object>();
    parameters.put("group", group);
    parameters.put("any", seqs == null);
    parameters.put("seqs", named.stream().mapToLong(Long::longValue).toArray());
    parameters.put("most", most);
    parameters.put("most_bytes", EventReader.MOST_BYTES);
    try (var statement = Sql.prepare(connection, Sql.forTable(REDRIVE, table), parameters)) {
      return attempts(statement);
    }
  }

  /**
   * Writes down what happened.
   *
   * @return false if this is not the owner any more, and nothing was written
   */
  boolean write(Flush flush) throws SQLException {
    if (!flush.hasExceptions()) {
      return append(flush);
    }
    connection.setAutoCommit(false);
    writeExceptions(flush);
    boolean written = append(flush);
    end(written);
    return written;
  }

  /**
   * Replaces the ledger by a snapshot. While somebody else reads the ledger, which locks it, the
   * snapshot is only appended.
   *
   * @return false if this is not the owner any more, and nothing was written
   */
  boolean writeSnapshot(Flush snapshot) throws SQLException {
    connection.setAutoCommit(false);
    truncateIfFree();
    if (snapshot.hasExceptions()) {
      writeExceptions(snapshot);
    }
    boolean written = append(snapshot);
    end(written);
    return written;
  }

  /**
   * Sends the group elsewhere and begins a new epoch.
   *
   * @return false if this is not the owner any more, and nothing was written
   */
  boolean seek(long cursor) throws SQLException {
    var parameters = Map.<String, Object>of("group", group, "epoch", epoch, "cursor", cursor);
    try (var statement = Sql.prepare(connection, ledger(SEEK), parameters);
        var row = statement.executeQuery()) {
      boolean sought = row.next();
      if (sought) {
        epoch = row.getLong(1);
        lastDelta = 0;
      }
      return sought;
    }
  }

  /** Leaves no address of an owner that is gone. */
  void disown() throws SQLException {
    var parameters = Map.<String, Object>of("group", group, "epoch", epoch);
    try (var statement = Sql.prepare(connection, DISOWN, parameters)) {
      statement.executeUpdate();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private boolean append(Flush flush) throws SQLException {
    var parameters = new HashMap<String, Object>();
    parameters.put("group", group);
    parameters.put("epoch", epoch);
    parameters.put("n", ++lastDelta);
    parameters.put("kind", flush.snapshot() ? "s" : "d");
    parameters.put("cursor", flush.cursor());
    parameters.put("settled", flush.settled().toString());
    parameters.put("start", flush.start());
    parameters.put("count", flush.count());
    parameters.put("squares", flush.squares());
    try (var statement = Sql.prepare(connection, settle, parameters)) {
      return statement.executeUpdate() == 1;
    }
  }

  private void writeExceptions(Flush flush) throws SQLException {
    var parameters = new HashMap<String, Object>();
    parameters.put("group", group);
    parameters.put("epoch", epoch);
    var parked = flush.parked();
    putKeys(parameters, "parked_", parked.stream().map(Flush.Parked::key).toList());
    parameters.put("parked_heads", parked.stream().mapToLong(Flush.Parked::headSeq).toArray());
    parameters.put("parked_attempts", parked.stream().mapToInt(Flush.Parked::attempts).toArray());
    parameters.put(
        "parked_not_before_ms",
        parked.stream().mapToLong(key -> key.notBeforeMs() + aheadMs).toArray());
    parameters.put(
        "parked_errors", parked.stream().map(Flush.Parked::lastError).toArray(String[]::new));
    putKeys(parameters, "freed_", flush.freed());
    var dead = flush.dead();
    parameters.put("dead_seqs", dead.stream().mapToLong(Flush.Dead::seq).toArray());
    parameters.put("dead_attempts", dead.stream().mapToInt(Flush.Dead::attempts).toArray());
    parameters.put("dead_errors", dead.stream().map(Flush.Dead::lastError).toArray(String[]::new));
    parameters.put("revived_seqs", flush.revived().stream().mapToLong(Long::longValue).toArray());
    try (var statement = Sql.prepare(connection, SETTLE_EXCEPTIONS, parameters)) {
      statement.executeUpdate();
    }
  }

  private static void putKeys(Map<String, Object> parameters, String prefix, List<EventKey> keys) {
    parameters.put(
        prefix + "databases",
        keys.stream().map(key -> key.databaseId().toString()).toArray(String[]::new));
    parameters.put(prefix + "table_oids", keys.stream().mapToLong(EventKey::tableOid).toArray());
    parameters.put(prefix + "keys", keys.stream().map(EventKey::text).toArray(String[]::new));
  }

  private void truncateIfFree() throws SQLException {
    var before = connection.setSavepoint();
    try (var statement = connection.createStatement()) {
      statement.execute(ledger(LOCK_LEDGER));
      statement.execute(ledger(TRUNCATE_LEDGER));
    } catch (SQLException e) {
      if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw e;
      }
      connection.rollback(before);
    }
  }

  private void end(boolean written) throws SQLException {
    if (written) {
      connection.commit();
    } else {
      connection.rollback();
    }
    connection.setAutoCommit(true);
  }

  private List<Flush.Parked> parked() throws SQLException {
    var parked = new ArrayList<Flush.Parked>();
    try (var statement = Sql.prepare(connection, READ_PARKED, Map.of("group", group));
        var row = statement.executeQuery()) {
      while (row.next()) {
        parked.add(parked(row));
      }
    }
    return parked;
  }

  private Flush.Parked parked(ResultSet row) throws SQLException {
    var key =
        new EventKey(
            row.getObject("source_database_id", UUID.class),
            row.getLong("source_table_oid"),
            row.getString("key"));
    return new Flush.Parked(
        key,
        row.getLong("head_seq"),
        row.getInt("attempts"),
        row.getLong("not_before_ms") - aheadMs,
        row.getString("last_error"));
  }

  private static Map<Long, Integer> attempts(PreparedStatement statement) throws SQLException {
    var attempts = new LinkedHashMap<Long, Integer>();
    try (var row = statement.executeQuery()) {
      while (row.next()) {
        attempts.put(row.getLong("seq"), row.getInt("attempts"));
      }
    }
    return attempts;
  }

  private String ledger(String sql) {
    return ConsumerGroups.forLedger(sql, group);
  }
}
