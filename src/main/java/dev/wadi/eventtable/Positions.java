package dev.wadi.eventtable;

import dev.wadi.capture.PositionStore;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.WadiSchema;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.sql.DataSource;

/** The positions kept in {@code wadi.positions}, beside the events. */
public final class Positions implements PositionStore {

  private static final String READ = Sql.load("eventtable/read_position");
  private static final String SAVE = Sql.load("eventtable/save_position");
  private static final String TIMELINE = Sql.load("eventtable/read_timeline");
  private static final String NOTE_TIMELINE = Sql.load("eventtable/note_timeline");
  private static final String ACCEPT = Sql.load("eventtable/accept_gap");

  private final DataSource eventLog;
  private final Callable<UUID> sourceDatabaseId;
  private volatile boolean migrated;

  /**
   * @param eventLog the database of the event tables
   * @param sourceDatabaseId tells the id of the captured database
   */
  public Positions(DataSource eventLog, Callable<UUID> sourceDatabaseId) {
    this.eventLog = eventLog;
    this.sourceDatabaseId = sourceDatabaseId;
  }

  /** For a look that changes nothing: schema {@code wadi} stays as it is. */
  public static Positions toLookAt(DataSource eventLog, Callable<UUID> sourceDatabaseId) {
    var positions = new Positions(eventLog, sourceDatabaseId);
    positions.migrated = true;
    return positions;
  }

  /**
   * The stored position of a slot; brings schema {@code wadi} up to date first.
   *
   * @throws IllegalStateException if the position belongs to a slot of that name in another
   *     database
   */
  @Override
  public OptionalLong read(String slot) throws Exception {
    migrateOnce();
    try (var connection = eventLog.getConnection();
        var read = Sql.prepare(connection, READ, Map.of("slot", slot));
        var row = read.executeQuery()) {
      if (!row.next()) {
        return OptionalLong.empty();
      }
      requireSameDatabase(slot, row.getObject("source_database_id", UUID.class));
      return OptionalLong.of(row.getLong("position"));
    }
  }

  @Override
  public void save(String slot, long position) throws Exception {
    var parameters =
        Map.of("slot", slot, "source_database_id", sourceDatabaseId.call(), "position", position);
    try (var connection = eventLog.getConnection();
        var save = Sql.prepare(connection, SAVE, parameters)) {
      save.execute();
    }
  }

  @Override
  public int timeline(String slot) throws Exception {
    try (var connection = eventLog.getConnection();
        var read = Sql.prepare(connection, TIMELINE, Map.of("slot", slot));
        var row = read.executeQuery()) {
      return row.next() ? row.getInt("timeline") : 0;
    }
  }

  @Override
  public void noteTimeline(String slot, int timeline) throws Exception {
    try (var connection = eventLog.getConnection();
        var note =
            Sql.prepare(connection, NOTE_TIMELINE, Map.of("slot", slot, "timeline", timeline))) {
      note.execute();
    }
  }

  @Override
  public void accept(String slot, long to, int timeline, String reason) throws Exception {
    var parameters = Map.of("slot", slot, "position", to, "timeline", timeline, "reason", reason);
    try (var connection = eventLog.getConnection();
        var accept = Sql.prepare(connection, ACCEPT, parameters)) {
      accept.execute();
    }
  }

  /**
   * Once a process: a restart of the database does not change the schema, and looking takes a
   * while.
   */
  private void migrateOnce() throws Exception {
    if (!migrated) {
      new WadiSchema(eventLog).migrate();
      migrated = true;
    }
  }

  private void requireSameDatabase(String slot, UUID stored) throws Exception {
    var connected = sourceDatabaseId.call();
    if (!stored.equals(connected)) {
      throw new IllegalStateException(
          "slot '"
              + slot
              + "': its position belongs to source database "
              + stored
              + ", connected is "
              + connected
              + "; choose another name in wadi.slot");
    }
  }
}
