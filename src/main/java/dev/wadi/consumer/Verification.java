package dev.wadi.consumer;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import dev.wadi.stream.EventKey;
import dev.wadi.stream.EventReader;
import dev.wadi.stream.EventReader.KeyRange;
import dev.wadi.stream.StreamEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Proves that an event table has no hole, and that each of its groups settled everything below its
 * cursor.
 *
 * <p>The owner of a group counts every event when it is itself settled, in a count and a sum of
 * squares; the cursor is computed from other data. Here both are compared: the numbers from the
 * start to the cursor, less the events that parked keys still hold, plus what is settled above the
 * cursor, must be what was counted.
 */
public final class Verification {

  /**
   * What was found.
   *
   * @param problems everything that is wrong; empty if nothing is
   * @param gone how many events are missing at the beginning, which retention may have taken
   */
  public record Result(List<String> problems, long gone) {}

  private static final String RANGE = Sql.load("consumer/verify_range");
  private static final String LEDGER = Sql.load("consumer/recover");
  private static final String PARKED = Sql.load("consumer/read_parked");
  private static final int MAX_TURNS = 5;
  private static final int CHUNK = 1_000;

  private final Connection connection;
  private final TableName table;
  private final EventFilters filters;
  private final List<String> problems = new ArrayList<>();
  private long gone;

  private Verification(Connection connection, TableName table, EventFilters filters) {
    this.connection = connection;
    this.table = table;
    this.filters = filters;
  }

  /**
   * Everything that is wrong with an event table and the groups that read it.
   *
   * @param connection in a transaction of its own; may be used while the groups are served
   * @param groups groups of any table
   */
  public static Result of(
      Connection connection, TableName table, List<ConsumerGroup> groups, EventFilters filters)
      throws SQLException {
    var verification = new Verification(connection, table, filters);
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try {
      verification.verifyTable();
      connection.rollback();
      for (var group : groups) {
        if (group.table().equals(table)) {
          verification.verify(group);
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return new Result(List.copyOf(verification.problems), verification.gone);
  }

  private void verifyTable() throws SQLException {
    var parameters = Map.of("event_table", table.toString(), "quoted_event_table", table.quoted());
    try (var statement = Sql.prepare(connection, Sql.forTable(RANGE, table), parameters);
        var row = statement.executeQuery()) {
      boolean known = row.next();
      if (!known) {
        problems.add("event table '" + table + "': must be registered in wadi.event_tables");
        return;
      }
      long missing = row.getLong("expected") - row.getLong("found");
      if (missing != 0) {
        problems.add(
            "event table '%s': %d events are missing from %d to %d"
                .formatted(table, missing, row.getLong("first"), row.getLong("last")));
      }
      gone = row.getLong("first") - 1;
      if (gone > 0 && !row.getBoolean("has_retention")) {
        problems.add(
            "event table '%s': the first %d events are missing, and it has no retention that could have taken them"
                .formatted(table, gone));
      }
    }
  }

  /** A snapshot may see the ledger between being truncated and written: then look again. */
  private void verify(ConsumerGroup group) throws SQLException {
    for (int turn = 0; turn < MAX_TURNS; turn++) {
      boolean found = tryVerify(group);
      connection.rollback();
      if (found) {
        return;
      }
    }
    problems.add("consumer group '" + group.name() + "': its ledger is empty");
  }

  private boolean tryVerify(ConsumerGroup group) throws SQLException {
    var settled = new SeqRanges();
    var books = new Books();
    long start = 0;
    long cursor = 0;
    boolean found = false;
    var sql = ConsumerGroups.forLedger(LEDGER, group.id());
    try (var statement = connection.prepareStatement(sql);
        var row = statement.executeQuery()) {
      while (row.next()) {
        found = true;
        settled.addAll(row.getString("settled"));
        start = row.getLong("start_seq");
        cursor = row.getLong("cursor_seq");
        books.count = row.getLong("settled_count");
        books.squares = row.getLong("settled_squares");
      }
    }
    if (found) {
      books.subtractRange(start + 1, cursor);
      subtractAbove(books, settled, cursor);
      addHeld(books, group, settled, cursor);
      report(books, group, start, cursor);
    }
    return found;
  }

  private static void subtractAbove(Books books, SeqRanges settled, long cursor) {
    for (var range : settled.all()) {
      books.subtractRange(Math.max(range.getKey(), cursor + 1), range.getValue() - 1);
    }
  }

  /** Adds what parked keys hold below the cursor: it is not settled although the cursor passed. */
  private void addHeld(Books books, ConsumerGroup group, SeqRanges settled, long cursor)
      throws SQLException {
    var definition = group.definition();
    var reader = new EventReader(table, definition.groupBy());
    var json = definition.filters();
    Predicate<StreamEvent> wanted = json == null ? event -> true : filters.read(json);
    for (var range : parked(group)) {
      var next = range;
      while (next.first() <= cursor) {
        var read = reader.ofKeys(connection, List.of(next), cursor, Long.MAX_VALUE).get(0);
        for (var event : read.events()) {
          if (wanted.test(event) && !settled.contains(event.seq())) {
            books.add(event.seq());
          }
        }
        next = new KeyRange(range.key(), read.through() + 1, CHUNK);
      }
    }
  }

  private List<KeyRange> parked(ConsumerGroup group) throws SQLException {
    var parked = new ArrayList<KeyRange>();
    try (var statement = Sql.prepare(connection, PARKED, Map.of("group", group.id()));
        var row = statement.executeQuery()) {
      while (row.next()) {
        var key =
            new EventKey(
                row.getObject("source_database_id", UUID.class),
                row.getLong("source_table_oid"),
                row.getString("key"));
        parked.add(new KeyRange(key, row.getLong("head_seq"), CHUNK));
      }
    }
    return parked;
  }

  private void report(Books books, ConsumerGroup group, long start, long cursor) {
    boolean balanced = books.count == 0 && books.squares == 0;
    if (balanced) {
      return;
    }
    var what =
        books.count == 0
            ? "other events were settled than those"
            : Math.abs(books.count)
                + (books.count < 0 ? " events were not settled" : " events too many were settled");
    problems.add(
        "consumer group '%s': %s from %d to its cursor %d"
            .formatted(group.name(), what, start + 1, cursor));
  }

  /** Count and sum of squares, modulo 2^64. */
  private static final class Books {
    private long count;
    private long squares;

    void add(long seq) {
      count++;
      squares += seq * seq;
    }

    void subtractRange(long first, long last) {
      if (last >= first) {
        count -= last - first + 1;
        squares -= sumOfSquares(last) - sumOfSquares(first - 1);
      }
    }

    private static long sumOfSquares(long last) {
      var n = java.math.BigInteger.valueOf(last);
      var one = java.math.BigInteger.ONE;
      return n.multiply(n.add(one))
          .multiply(n.add(n).add(one))
          .divide(java.math.BigInteger.valueOf(6))
          .longValue();
    }
  }
}
