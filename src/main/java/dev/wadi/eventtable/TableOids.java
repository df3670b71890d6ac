package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Tells under which oids an event table holds a source table: several if it was made anew. */
final class TableOids {

  private static final String FIND = Sql.load("eventtable/find_table_oids");

  private final DataSource eventLog;

  TableOids(DataSource eventLog) {
    this.eventLog = eventLog;
  }

  /**
   * @param source null for all tables
   */
  Long[] of(TableName eventTable, @Nullable TableName source) throws SQLException {
    var oids = new ArrayList<Long>();
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("schema", source == null ? null : source.schema());
    parameters.put("name", source == null ? null : source.name());
    try (var connection = eventLog.getConnection();
        var find = Sql.prepare(connection, Sql.forTable(FIND, eventTable), parameters);
        var row = find.executeQuery()) {
      while (row.next()) {
        oids.add(row.getLong("oid"));
      }
    }
    return oids.toArray(Long[]::new);
  }
}
