package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import javax.sql.DataSource;

/** Tells under which oids an event table holds a source table: several if it was made anew. */
final class TableOids {

  private static final String FIND = Sql.load("eventtable/find_table_oids");

  private final DataSource eventLog;

  TableOids(DataSource eventLog) {
    this.eventLog = eventLog;
  }

  Long[] of(TableName eventTable, TableName source) throws SQLException {
    var oids = new ArrayList<Long>();
    var parameters = Map.of("schema", source.schema(), "name", source.name());
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
