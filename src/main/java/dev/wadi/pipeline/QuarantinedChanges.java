package dev.wadi.pipeline;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The changes that pipelines refused: to look at, to try again, to give up. */
public final class QuarantinedChanges {

  private static final String LIST = Sql.load("pipeline/quarantined");
  private static final String REPLAY = Sql.load("pipeline/replay");
  private static final String DISCARD = Sql.load("pipeline/discard_quarantined");
  private static final int MAX_LIMIT = 1_000;
  private static final long MOST_BYTES = 8 << 20;
  private static final String NO_PIPELINE = "";

  private final DataSource eventLog;
  private final String slot;
  private final Pipelines pipelines;
  private final PipelineStates states;

  public QuarantinedChanges(
      DataSource eventLog, String slot, Pipelines pipelines, PipelineStates states) {
    this.eventLog = eventLog;
    this.slot = slot;
    this.pipelines = pipelines;
    this.states = states;
  }

  /**
   * The oldest of them after an id.
   *
   * @param pipeline whose; null for all
   * @param limit at most 1000; of large ones fewer, about 8 MiB, come
   */
  public List<QuarantinedChange> list(@Nullable String pipeline, long after, int limit)
      throws SQLException {
    var parameters =
        Map.of(
            "slot",
            slot,
            "pipeline",
            pipeline == null ? NO_PIPELINE : pipeline,
            "after",
            after,
            "limit",
            Math.min(limit, MAX_LIMIT),
            "most_bytes",
            MOST_BYTES);
    var changes = new ArrayList<QuarantinedChange>();
    try (var connection = eventLog.getConnection();
        var query = Sql.prepare(connection, LIST, parameters);
        var row = query.executeQuery()) {
      while (row.next()) {
        changes.add(change(row));
      }
    }
    return changes;
  }

  /**
   * Sends some through their pipelines once more, before newer changes of these; one that is
   * refused again comes back.
   *
   * @return how many; those of pipelines that do not run are left alone
   */
  public int replay(Collection<Long> ids) throws SQLException {
    return replay(ids, NO_PIPELINE);
  }

  /** Sends all of a pipeline through it once more; tells how many. */
  public int replayAll(String pipeline) throws SQLException {
    return replay(List.of(), pipeline);
  }

  /** Deletes some for good; tells how many there were. */
  public int discard(Collection<Long> ids) throws SQLException {
    return discard(ids, NO_PIPELINE);
  }

  /** Deletes all of a pipeline for good; tells how many there were. */
  public int discardAll(String pipeline) throws SQLException {
    return discard(List.of(), pipeline);
  }

  private int replay(Collection<Long> ids, String pipeline) throws SQLException {
    var parameters = new HashMap<String, Object>();
    parameters.put("ids", numbers(ids));
    parameters.put("pipeline", pipeline);
    parameters.put("slot", slot);
    parameters.put("running", pipelines.names().toArray(String[]::new));
    try (var connection = eventLog.getConnection();
        var statement = Sql.prepare(connection, REPLAY, parameters);
        var row = statement.executeQuery()) {
      row.next();
      return row.getInt("moved");
    } finally {
      states.changed();
    }
  }

  private int discard(Collection<Long> ids, String pipeline) throws SQLException {
    var parameters = Map.of("slot", slot, "ids", numbers(ids), "pipeline", pipeline);
    try (var connection = eventLog.getConnection();
        var statement = Sql.prepare(connection, DISCARD, parameters)) {
      return statement.executeUpdate();
    }
  }

  private static long[] numbers(Collection<Long> ids) {
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  private static QuarantinedChange change(ResultSet row) throws SQLException {
    return new QuarantinedChange(
        row.getLong("id"),
        row.getString("pipeline"),
        new TableName(row.getString("source_table_schema"), row.getString("source_table_name"))
            .toString(),
        row.getString("action"),
        row.getString("record_pk"),
        row.getString("record"),
        row.getString("changes"),
        row.getString("error"),
        row.getObject("committed_at", OffsetDateTime.class).toInstant(),
        row.getObject("quarantined_at", OffsetDateTime.class).toInstant());
  }
}
