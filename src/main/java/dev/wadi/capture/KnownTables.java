package dev.wadi.capture;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The tables that were published when the slot was last read, kept beside the position: a table
 * that was made anew while nobody looked has another oid.
 */
public final class KnownTables {

  private static final String PUBLISHED = Sql.load("capture/published_oids");
  private static final String LIST = Sql.load("capture/list_captured_tables");
  private static final String NOTE = Sql.load("capture/note_captured_tables");

  private final DataSource source;
  private final DataSource eventLog;

  public KnownTables(DataSource source, DataSource eventLog) {
    this.source = source;
    this.eventLog = eventLog;
  }

  /**
   * A table in a publication.
   *
   * @param listed whether it was added by itself; if not, it is there because all tables are, from
   *     its beginning on
   */
  record Published(long oid, boolean listed) {

    /** Whether it took the place of another one, and was added only after that. */
    boolean replaces(long oidBefore) {
      return listed && oid != oidBefore;
    }
  }

  /** The tables that a publication holds now. */
  Map<TableName, Published> published(String publication) throws SQLException {
    var tables = new HashMap<TableName, Published>();
    try (var connection = source.getConnection();
        var query = Sql.prepare(connection, PUBLISHED, Map.of("publication", publication));
        var row = query.executeQuery()) {
      while (row.next()) {
        tables.put(
            new TableName(row.getString("schema"), row.getString("name")),
            new Published(row.getLong("oid"), row.getBoolean("listed")));
      }
    }
    return tables;
  }

  /** Whether a slot has been read for any table before. */
  public boolean isAnyNoted(String slot) throws SQLException {
    return !noted(slot).isEmpty();
  }

  /** The tables as they were noted last. */
  Map<TableName, Long> noted(String slot) throws SQLException {
    var tables = new HashMap<TableName, Long>();
    try (var connection = eventLog.getConnection();
        var query = Sql.prepare(connection, LIST, Map.of("slot", slot));
        var row = query.executeQuery()) {
      while (row.next()) {
        tables.put(
            new TableName(row.getString("table_schema"), row.getString("table_name")),
            row.getLong("table_oid"));
      }
    }
    return tables;
  }

  /**
   * Notes the tables that are published; one that is not at the moment stays as it was noted for as
   * long as a pipeline wants it.
   */
  void note(String slot, Map<TableName, Published> published, Set<TableName> wanted)
      throws SQLException {
    var tables = noted(slot);
    published.forEach((table, found) -> tables.put(table, found.oid()));
    tables.keySet().retainAll(wanted);
    var order = tables.keySet().stream().toList();
    var parameters =
        Map.of(
            "slot",
            slot,
            "schemas",
            order.stream().map(TableName::schema).toArray(String[]::new),
            "names",
            order.stream().map(TableName::name).toArray(String[]::new),
            "oids",
            order.stream().mapToLong(tables::get).toArray());
    try (var connection = eventLog.getConnection();
        var note = Sql.prepare(connection, NOTE, parameters)) {
      note.execute();
    }
  }
}
