package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps event tables that are partitioned by day: makes the partitions of days to come and drops
 * those past their retention.
 *
 * <p>Both need a lock that appends wait for. It is asked for briefly; where it is not given, the
 * next look tries again.
 */
public final class EventPartitions {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.retention");
  private static final String TABLES = Sql.load("eventtable/list_event_tables");
  private static final String LIST = Sql.load("eventtable/list_partitions");
  private static final String HAS_EVENTS = Sql.load("eventtable/has_events_of_day");
  private static final String LOCK = Sql.load("eventtable/lock_partition");
  private static final String CHECK = Sql.load("eventtable/check_partition");
  private static final String DELETE_BEFORE = Sql.load("eventtable/delete_before");
  private static final String DROP = Sql.load("eventtable/drop_partition");
  private static final String LOCK_BRIEFLY = "set local lock_timeout = '200ms'";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** Attaching a partition reads the default one while appends wait. */
  private static final long MAX_DEFAULT_BYTES = 64 << 20;

  private final DataSource eventLog;
  private final Clock clock;

  public EventPartitions(DataSource eventLog, Clock clock) {
    this.eventLog = eventLog;
    this.clock = clock;
  }

  /** Makes the partitions of today and the days ahead, wherever one is missing. */
  public void createAhead() throws SQLException {
    if (!new WadiSchema(eventLog).isPresent()) {
      return;
    }
    var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    for (var table : tables()) {
      var existing = list(table);
      for (var day : DayPartition.ahead(table, today)) {
        boolean isMissing = existing.stream().noneMatch(partition -> partition.overlaps(day));
        if (!existing.isEmpty() && isMissing) {
          create(day, existing);
        }
      }
    }
  }

  /** The partitions whose events leave with them, by oid; none for a table in one piece. */
  public Long[] oids(TableName table) throws SQLException {
    return list(table).stream()
        .filter(partition -> !partition.isDefault())
        .map(Partition::oid)
        .toArray(Long[]::new);
  }

  /**
   * Drops the partitions of which every event is older than the table keeps them.
   *
   * @param settled a partition that holds an event of a higher id stays
   */
  public void dropDue(TableName table, int retentionDays, long settled) throws SQLException {
    var expiredBefore = clock.instant().minus(Duration.ofDays(retentionDays));
    for (var partition : list(table)) {
      if (!partition.endsBy(expiredBefore) || !drop(table, partition, expiredBefore, settled)) {
        return;
      }
    }
  }

  private void create(DayPartition day, List<Partition> existing) throws SQLException {
    try (var connection = eventLog.getConnection()) {
      for (var partition : existing) {
        if (partition.isDefault() && isInTheWay(connection, partition, day)) {
          return;
        }
      }
      connection.setAutoCommit(false);
      execute(connection, LOCK_BRIEFLY);
      execute(connection, day.attach());
      connection.commit();
    } catch (SQLException e) {
      letPass(e, day.table(), "partition of " + day.day() + " is not created");
    }
  }

  /** Events of that day came before its partition did: they stay where they are. */
  private static boolean isInTheWay(Connection connection, Partition partition, DayPartition day)
      throws SQLException {
    if (partition.bytes() > MAX_DEFAULT_BYTES) {
      LOG.warn(
          "event table {}: partition of {} is not created: {} holds {} MB and would be read while"
              + " appends wait; move or delete its events",
          day.table(),
          day.day(),
          partition.name(),
          partition.bytes() >> 20);
      return true;
    }
    var parameters =
        Map.of(
            "from", day.begins().atOffset(ZoneOffset.UTC),
            "to", day.ends().atOffset(ZoneOffset.UTC));
    try (var find = Sql.prepare(connection, named(HAS_EVENTS, day.table(), partition), parameters);
        var row = find.executeQuery()) {
      row.next();
      return row.getBoolean("found");
    }
  }

  private boolean drop(TableName table, Partition partition, Instant expiredBefore, long settled)
      throws SQLException {
    try (var connection = eventLog.getConnection()) {
      connection.setAutoCommit(false);
      boolean dropped = dropIfDue(connection, table, partition, expiredBefore, settled);
      connection.commit();
      if (dropped) {
        LOG.info("event table {}: dropped {}, past its retention", table, partition.name());
      }
      return dropped;
    } catch (SQLException e) {
      letPass(e, table, partition.name() + " is not dropped");
      return false;
    }
  }

  /**
   * Looked at before it is locked, as most are not due; and again then, as what is appended
   * meanwhile would go with it.
   */
  private static boolean dropIfDue(
      Connection connection,
      TableName table,
      Partition partition,
      Instant expiredBefore,
      long settled)
      throws SQLException {
    var parameters =
        Map.<String, Object>of(
            "settled", settled, "expired_before", expiredBefore.atOffset(ZoneOffset.UTC));
    if (lastIfDue(connection, table, partition, parameters) == null) {
      return false;
    }
    connection.commit();
    execute(connection, LOCK_BRIEFLY);
    execute(connection, named(LOCK, table, partition));
    var last = lastIfDue(connection, table, partition, parameters);
    if (last == null) {
      return false;
    }
    deleteBefore(connection, table, partition, last);
    execute(connection, named(DROP, table, partition));
    return true;
  }

  /** The newest id in a partition that may go, 0 if it is empty; null if it may not go. */
  private static @Nullable Long lastIfDue(
      Connection connection, TableName table, Partition partition, Map<String, Object> parameters)
      throws SQLException {
    try (var check = Sql.prepare(connection, named(CHECK, table, partition), parameters);
        var row = check.executeQuery()) {
      row.next();
      return row.getBoolean("due") ? row.getLong("last_id") : null;
    }
  }

  private static void deleteBefore(
      Connection connection, TableName table, Partition partition, long lastId)
      throws SQLException {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("last_id", lastId);
    parameters.put("begins", utc(partition.begins()));
    parameters.put("ends", utc(partition.ends()));
    try (var delete = Sql.prepare(connection, Sql.forTable(DELETE_BEFORE, table), parameters)) {
      delete.executeUpdate();
    }
  }

  /** Nothing is lost by it: events go to the default partition, or stay longer. */
  private static void letPass(SQLException failure, TableName table, String what) {
    if (LOCK_NOT_AVAILABLE.equals(failure.getSQLState())) {
      LOG.debug("event table {}: {} yet, it is in use", table, what);
      return;
    }
    LOG.warn("event table {}: {}: {}", table, what, failure.getMessage());
  }

  /** Every event table that Wadi knows. */
  public List<TableName> tables() throws SQLException {
    var tables = new ArrayList<TableName>();
    try (var connection = eventLog.getConnection();
        var list = Sql.prepare(connection, TABLES, Map.of());
        var row = list.executeQuery()) {
      while (row.next()) {
        tables.add(TableName.parse(row.getString("name")));
      }
    }
    return tables;
  }

  private List<Partition> list(TableName table) throws SQLException {
    var partitions = new ArrayList<Partition>();
    try (var connection = eventLog.getConnection();
        var list = Sql.prepare(connection, LIST, Map.of("quoted_event_table", table.quoted()));
        var row = list.executeQuery()) {
      while (row.next()) {
        partitions.add(Partition.of(row));
      }
    }
    return partitions;
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  private static String named(String sql, TableName table, Partition partition) {
    return Sql.forPartition(sql, table, partition.name());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
