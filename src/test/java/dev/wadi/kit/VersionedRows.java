package dev.wadi.kit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A table of rows that count their versions, writers that change them all the time, and the check
 * of what a backfill made of it. A key that was left is never taken again.
 */
public final class VersionedRows {

  private static final int WRITERS = 2;

  private final Database database;
  private final String table;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<CompletableFuture<Void>> writers = new ArrayList<>();

  private VersionedRows(Database database, String table) {
    this.database = database;
    this.table = table;
  }

  /**
   * Creates the table, with a key whose order is not that of its columns.
   *
   * @param table quoted
   * @param rows how many there are to begin with
   */
  public static VersionedRows in(Database database, String table, int rows) {
    database.execute(
        """
        create table %1$s (region text, version int not null default 1, "Номер" int, primary key ("Номер", region));
        alter table %1$s replica identity full;
        insert into %1$s select 'r,' || n %% 3, 1, n from generate_series(1, %2$d) n;
        """
            .formatted(table, rows));
    return new VersionedRows(database, table);
  }

  /** Starts to change rows below a number: new ones, new versions, new keys, none any more. */
  public void change(int below, long seed) {
    for (int writer = 0; writer < WRITERS; writer++) {
      var choice = new Random(seed + writer);
      writers.add(CompletableFuture.runAsync(() -> write(choice, below)));
    }
  }

  public void stop() {
    stop.set(true);
    writers.forEach(CompletableFuture::join);
  }

  private void write(Random choice, int below) {
    try (var connection = database.connect()) {
      connection.setAutoCommit(false);
      while (!stop.get()) {
        writeTransaction(connection, choice, below);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a writer failed", e);
    }
  }

  private void writeTransaction(Connection connection, Random choice, int below)
      throws SQLException {
    try (var statement = connection.createStatement()) {
      for (int left = 1 + choice.nextInt(3); left > 0; left--) {
        int number = choice.nextInt(below);
        var some = " where \"Номер\" between %d and %d".formatted(number, number + 2);
        statement.execute(
            switch (choice.nextInt(6)) {
              case 0 -> "delete from " + table + some;
              case 1 ->
                  "insert into %s select 'new ' || gen_random_uuid(), 1, %d"
                      .formatted(table, number);
              case 2 ->
                  "update %s set version = version + 1, region = 'moved ' || gen_random_uuid() %s"
                      .formatted(table, some);
              default -> "update " + table + " set version = version + 1" + some;
            });
      }
      connection.commit();
      // A stream that falls ever further behind brings no mark in time.
      statement.execute("select pg_sleep(0.01)");
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      boolean deadlocked = "40P01".equals(e.getSQLState());
      if (!deadlocked) {
        throw e;
      }
    }
  }

  /**
   * What is wrong with the events: rows whose state is not that of the table, rows that were read
   * twice, reads behind a newer change of their row, changes behind a newer read.
   */
  public List<String> faults(String eventTable) throws SQLException {
    var check = new Check();
    try (var connection = database.connect()) {
      connection.setAutoCommit(false);
      try (var query = connection.createStatement()) {
        query.setFetchSize(5_000);
        var events =
            query.executeQuery(
                """
                select action, record_pk, (record ->> 'version')::int, record::text,
                  replace((record || coalesce(changes, '{}')) ->> 'region', ',', '\\,') || ','
                    || ((record || coalesce(changes, '{}')) ->> 'Номер')
                from %s order by id
                """
                    .formatted(eventTable));
        while (events.next()) {
          check.take(
              events.getString(1),
              events.getString(2),
              events.getInt(3),
              events.getString(4),
              events.getString(5));
        }
      }
      try (var query = connection.createStatement()) {
        var rows =
            query.executeQuery(
                "select replace(region, ',', '\\,') || ',' || \"Номер\", to_jsonb(t)::text from "
                    + table
                    + " t");
        while (rows.next()) {
          check.expect(rows.getString(1), rows.getString(2));
        }
      }
    }
    return check.faults();
  }

  /** Goes through the events in their order. */
  private static final class Check {

    private final Map<String, String> states = new HashMap<>();
    private final Map<String, Integer> versions = new HashMap<>();
    private final Set<String> read = new HashSet<>();
    private final Set<String> left = new HashSet<>();
    private final List<String> faults = new ArrayList<>();

    void take(String action, String key, int version, String record, String oldKey) {
      int before = versions.getOrDefault(key, 0);
      switch (action) {
        case "read" -> {
          fault(!read.add(key), "read twice", key);
          fault(left.contains(key), "read after it was left", key);
          fault(version < before, "read with an older version", key);
          states.put(key, record);
        }
        case "delete" -> {
          states.remove(key);
          left.add(key);
        }
        default -> {
          fault(version <= before, action + " with an older version", key);
          if (!oldKey.equals(key)) {
            states.remove(oldKey);
            left.add(oldKey);
          }
          states.put(key, record);
        }
      }
      versions.put(key, version);
    }

    void expect(String key, String row) {
      var state = states.remove(key);
      fault(!row.equals(state), "is " + row + " and not " + state, key);
    }

    List<String> faults() {
      states.forEach((key, state) -> fault(true, "is gone and not " + state, key));
      return faults;
    }

    private void fault(boolean is, String what, String key) {
      if (is) {
        faults.add(key + ": " + what);
      }
    }
  }
}
