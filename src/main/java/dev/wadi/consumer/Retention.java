package dev.wadi.consumer;

import dev.wadi.eventtable.EventPartitions;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds events that are older than their event table keeps them and that every consumer group has
 * had.
 */
public final class Retention {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.retention");
  private static final String LIST = Sql.load("eventtable/list_retentions");
  private static final String NOTE = Sql.load("eventtable/note_retention");

  private final DataSource eventLog;
  private final ConsumerGroups groups;
  private final EventPartitions partitions;
  private final boolean waitsForConsumers;

  /**
   * @param waitsForConsumers whether an event stays until every consumer group has settled it
   */
  public Retention(
      DataSource eventLog,
      ConsumerGroups groups,
      EventPartitions partitions,
      boolean waitsForConsumers) {
    this.eventLog = eventLog;
    this.groups = groups;
    this.partitions = partitions;
    this.waitsForConsumers = waitsForConsumers;
  }

  /** What may be removed now, per event table. */
  public List<ExpiredEvents> due() throws SQLException {
    var due = new ArrayList<ExpiredEvents>();
    if (!new WadiSchema(eventLog).isPresent()) {
      return due;
    }
    var tables = partitions.tables();
    var parameters =
        Map.of(
            "names", tables.stream().map(TableName::toString).toArray(String[]::new),
            "quoted_names", tables.stream().map(TableName::quoted).toArray(String[]::new));
    try (var connection = eventLog.getConnection();
        var list = Sql.prepare(connection, LIST, parameters);
        var row = list.executeQuery()) {
      while (row.next()) {
        var table = TableName.parse(row.getString("name"));
        var days = row.getObject("retention_days", Integer.class);
        if (days != null) {
          noteRetention(connection, table, days);
          due.add(new ExpiredEvents(table, days, settled(table), partitions.oids(table)));
        }
      }
    }
    return due;
  }

  private static void noteRetention(Connection connection, TableName table, int days)
      throws SQLException {
    var parameters = Map.of("event_table", table.toString(), "retention_days", days);
    try (var note = Sql.prepare(connection, NOTE, parameters)) {
      note.executeUpdate();
    }
  }

  /** Takes what the database answered to a removal. */
  public void removed(ExpiredEvents expired, List<Map<String, Object>> rows) {
    expired.answered(((Number) rows.get(0).get("deleted")).longValue());
    if (!expired.isPending() && expired.removed() > 0) {
      LOG.info(
          "event table {}: removed {} events past their retention",
          expired.table(),
          expired.removed());
    }
  }

  /**
   * Drops the table's partitions that are due as a whole; there are none in a table in one piece.
   */
  public void dropPartitions(ExpiredEvents expired) throws SQLException {
    partitions.dropDue(expired.table(), expired.retentionDays(), expired.settled());
  }

  private long settled(TableName table) throws SQLException {
    long settled = Long.MAX_VALUE;
    if (!waitsForConsumers) {
      return settled;
    }
    for (var group : groups.list()) {
      if (group.table().equals(table)) {
        settled = Math.min(settled, groups.settled(group));
      }
    }
    return settled;
  }
}
