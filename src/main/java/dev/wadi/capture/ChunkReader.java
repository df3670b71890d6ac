package dev.wadi.capture;

import dev.wadi.postgres.PostgresTypes;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of tables for a backfill, through a session that prints values as the stream's
 * does. One thread uses it at a time.
 */
public final class ChunkReader implements AutoCloseable {

  private static final String CANONICAL_SESSION = Sql.load("capture/set_canonical_session");
  private static final String BACKFILL_SESSION = Sql.load("capture/set_backfill_session");
  private static final String SNAPSHOT = Sql.load("capture/read_snapshot");
  private static final String WRITERS = Sql.load("capture/list_writers");
  private static final String MARK = Sql.load("capture/emit_mark");

  private static final int FIRST_FETCH = 20;
  private static final int MOST_FETCH = 50;
  private static final long FETCH_BYTES = 4_194_304;
  private static final int CHUNK_BYTES = 16_777_216;
  private static final long WRITERS_INTERVAL_MS = 20;

  private final DataSource sessions;
  private final PostgresTypes types;
  private final String publication;
  private final int chunkRows;
  private @Nullable Connection session;

  /**
   * @param sessions connections on which values arrive as text
   * @param source connections to the same database
   * @param chunkRows most rows of a chunk; 16 MB end it, too
   */
  public ChunkReader(DataSource sessions, DataSource source, String publication, int chunkRows) {
    this.sessions = sessions;
    this.types = new PostgresTypes(source);
    this.publication = publication;
    this.chunkRows = chunkRows;
  }

  /** A table as it is now; null if there is none of that name. */
  public @Nullable BackfillTable find(TableName table) throws SQLException {
    return BackfillTable.find(open(), table, publication);
  }

  /**
   * Returns when every transaction that has written to a table until now is seen by all. What such
   * a transaction wrote may be in the stream already, or may never come because the table was not
   * published then.
   *
   * @param waiting told who is waited for
   */
  public void awaitWriters(BackfillTable table, Consumer<String> waiting)
      throws SQLException, InterruptedException {
    var left = writers(table);
    while (!left.isEmpty()) {
      waiting.accept(
          "waits for transactions that have written to table '"
              + table.name()
              + "' to end: backend "
              + left.iterator().next());
      TimeUnit.MILLISECONDS.sleep(WRITERS_INTERVAL_MS);
      left.retainAll(writers(table));
    }
    waiting.accept("");
  }

  /**
   * The rows behind a key.
   *
   * @param after the key's values as Postgres prints them; empty to begin with the first row
   * @return null if the table does not exist any more
   */
  public @Nullable Chunk read(TableName name, List<String> after) throws SQLException {
    var connection = open();
    connection.setAutoCommit(false);
    try {
      if (!locks(connection, name)) {
        return null;
      }
      var snapshot = snapshot(connection);
      var table = BackfillTable.find(connection, name, publication);
      return table == null ? null : read(connection, table, after, snapshot);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Sends a mark through the WAL. */
  public void mark(String id) throws SQLException {
    try (var statement = Sql.prepare(open(), MARK, Map.of("prefix", Mark.PREFIX, "id", id))) {
      statement.execute();
    }
  }

  /** Ends the session; the next use opens another. */
  @Override
  public void close() {
    var open = session;
    session = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // It has ended by itself.
      }
    }
  }

  /**
   * First of all, so that no one alters or truncates the table after the snapshot. False if the
   * table does not exist.
   */
  private static boolean locks(Connection connection, TableName table) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("set transaction isolation level repeatable read, read only");
      statement.execute("lock table " + table.quoted() + " in access share mode");
      return true;
    } catch (SQLException e) {
      boolean isMissing = Set.of("42P01", "3F000").contains(String.valueOf(e.getSQLState()));
      if (isMissing) {
        return false;
      }
      throw e;
    }
  }

  private static Snapshot snapshot(Connection connection) throws SQLException {
    try (var query = Sql.prepare(connection, SNAPSHOT, Map.of());
        var row = query.executeQuery()) {
      row.next();
      return Snapshot.parse(row.getString("snapshot"));
    }
  }

  private Chunk read(
      Connection connection, BackfillTable table, List<String> after, Snapshot snapshot)
      throws SQLException {
    var rows = new ArrayList<@Nullable String[]>();
    List<String> lastKey = after;
    long bytes = 0;
    try (var query = connection.prepareStatement(table.select(after.isEmpty(), chunkRows))) {
      var parameters = table.order().parameters(after);
      for (int n = 0; n < parameters.size(); n++) {
        query.setObject(n + 1, parameters.get(n), Types.OTHER);
      }
      query.setFetchSize(FIRST_FETCH);
      var texts = texts(table);
      try (var row = query.executeQuery()) {
        while (bytes < CHUNK_BYTES && row.next()) {
          bytes += add(rows, texts, row);
          row.setFetchSize(fetchSize(rows.size(), bytes));
          lastKey = key(table, row);
        }
      }
    }
    boolean last = rows.size() < chunkRows && bytes < CHUNK_BYTES;
    return new Chunk(table, rows, lastKey, last, snapshot);
  }

  /** Few however small the rows so far were: those behind them may be large, and all are held. */
  static int fetchSize(int rows, long bytes) {
    return (int) Math.max(1, Math.min(MOST_FETCH, FETCH_BYTES * rows / bytes));
  }

  private ColumnText[] texts(BackfillTable table) {
    var texts = new ColumnText[table.columns().size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] =
          new ColumnText(
              table.name() + "." + table.columns().get(i), table.columnTypes().get(i), types);
    }
    return texts;
  }

  /** Adds a row; tells how large it is. */
  private static long add(List<@Nullable String[]> rows, ColumnText[] texts, ResultSet row)
      throws SQLException {
    var values = new @Nullable String[texts.length];
    long bytes = 1;
    for (int i = 0; i < texts.length; i++) {
      var text = row.getString(i + 1);
      values[i] = text == null ? null : texts[i].of(text);
      bytes += text == null ? 1 : text.length();
    }
    rows.add(values);
    return bytes;
  }

  private static List<String> key(BackfillTable table, ResultSet row) throws SQLException {
    var key = new ArrayList<String>(table.key().size());
    for (var column : table.key()) {
      key.add(row.getString(table.columns().indexOf(column) + 1));
    }
    return key;
  }

  private Set<String> writers(BackfillTable table) throws SQLException {
    var writers = new HashSet<String>();
    try (var query = Sql.prepare(open(), WRITERS, Map.of("oid", table.oid()));
        var row = query.executeQuery()) {
      while (row.next()) {
        writers.add(row.getString("writer"));
      }
    }
    return writers;
  }

  private Connection open() throws SQLException {
    var open = session;
    if (open == null) {
      open = sessions.getConnection();
      session = open;
      try (var statement = open.createStatement()) {
        statement.execute(CANONICAL_SESSION);
        statement.execute(BACKFILL_SESSION);
      }
    }
    return open;
  }
}
