package dev.wadi.kit;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** How far Wadi has come with a database, as the database tells it. */
public final class Capture {

  private static final Duration LIMIT = Duration.ofSeconds(180);

  private Capture() {}

  /** Creates an event table with Wadi's own SQL. */
  public static void createEventTable(Database database, String table) {
    database.execute(
        new dev.wadi.eventtable.EventTableDdl(dev.wadi.postgres.TableName.parse(table), null)
            .statements());
  }

  /**
   * Returns when the changes of a table are sent to Wadi; what was committed before is not
   * captured.
   *
   * @param table as in SQL, quoted where it must be
   */
  public static void awaitPublished(Database database, String table) {
    await(table + " is published")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                database.holds(
                    "exists (select from pg_publication_rel where prrelid = to_regclass('"
                        + table.replace("'", "''")
                        + "'))"));
  }

  /** Returns when everything that is committed at this moment has been stored. */
  public static void awaitCaughtUp(Database database) {
    awaitCaughtUp(database, database);
  }

  /** The same with event tables in another database. */
  public static void awaitCaughtUp(Database database, Database eventLog) {
    var end = database.rows("select pg_current_wal_insert_lsn()").get(0);
    await("changes up to " + end + " are stored")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> eventLog.holds("select min(lsn) >= '" + end + "' from wadi.positions"));
  }
}
