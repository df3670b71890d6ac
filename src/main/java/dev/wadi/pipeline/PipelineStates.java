package dev.wadi.pipeline;

import dev.wadi.postgres.Sql;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Which pipelines are paused; rows of {@code wadi.pipeline_states}, read by the capture thread
 * before each batch that follows a change.
 */
public final class PipelineStates {

  private static final String PAUSE = Sql.load("pipeline/pause");
  private static final String RESUME = Sql.load("pipeline/resume");
  private static final String FORGET = Sql.load("pipeline/forget");
  private static final String STATES = Sql.load("pipeline/states");
  private static final String COUNTS = Sql.load("pipeline/counts");
  private static final String DISCARD = Sql.load("pipeline/discard_kept");

  /**
   * A pipeline whose changes are kept.
   *
   * @param resuming whether the kept ones are being made events
   * @param revision grows with every change of the row
   */
  public record State(boolean resuming, long revision) {}

  /** How many changes of a pipeline wait. */
  record Counts(long kept, long quarantined) {}

  private final DataSource eventLog;
  private final String slot;
  private final AtomicLong version = new AtomicLong();

  public PipelineStates(DataSource eventLog, String slot) {
    this.eventLog = eventLog;
    this.slot = slot;
  }

  /** Pauses a pipeline; harmless if it is paused. */
  public void pause(String pipeline) throws SQLException {
    update(PAUSE, pipeline);
  }

  /** Resumes a pipeline; harmless if it is not paused. */
  public void resume(String pipeline) throws SQLException {
    update(RESUME, pipeline);
  }

  /** Deletes the changes that a pipeline kept; tells how many. */
  public int discardKept(String pipeline) throws SQLException {
    return update(DISCARD, pipeline);
  }

  /** The pipelines that do not simply stream. */
  public Map<String, State> read() throws SQLException {
    var states = new LinkedHashMap<String, State>();
    try (var connection = eventLog.getConnection();
        var query = Sql.prepare(connection, STATES, Map.of("slot", slot));
        var row = query.executeQuery()) {
      while (row.next()) {
        states.put(
            row.getString("pipeline"),
            new State(row.getString("state").equals("resuming"), row.getLong("revision")));
      }
    }
    return states;
  }

  /** Grows whenever {@link #read} may answer something new. */
  public long version() {
    return version.get();
  }

  void forget(String pipeline) throws SQLException {
    update(FORGET, pipeline);
  }

  /** How many changes a pipeline keeps. */
  long kept(String pipeline) throws SQLException {
    return counts(pipeline).kept();
  }

  Counts counts(String pipeline) throws SQLException {
    try (var connection = eventLog.getConnection();
        var query = Sql.prepare(connection, COUNTS, Map.of("slot", slot, "pipeline", pipeline));
        var row = query.executeQuery()) {
      row.next();
      return new Counts(row.getLong("kept"), row.getLong("quarantined"));
    }
  }

  /** Makes the capture thread look again. */
  void changed() {
    version.incrementAndGet();
  }

  private int update(String sql, String pipeline) throws SQLException {
    try (var connection = eventLog.getConnection();
        var statement = Sql.prepare(connection, sql, Map.of("slot", slot, "pipeline", pipeline))) {
      return statement.executeUpdate();
    } finally {
      changed();
    }
  }
}
