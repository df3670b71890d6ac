package dev.wadi.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.ReferenceLog.Difference;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A load on two tables, two pipelines that capture it into two event tables, and the reference log
 * that tells whether they got everything once.
 */
public final class MeasuredLoad implements AutoCloseable {

  /**
   * Makes the pipeline one whose changes go through Camel one by one; batches without any are taken
   * as a whole. A poisoned row is none that the reference log knows.
   */
  private static final String STEP =
      """
      - setVariable:
          name: seen
          constant: "yes"
      - filter:
          simple: "${body.record[note]} == 'poisoned'"
          steps:
            - throwException:
                exceptionType: java.lang.IllegalStateException
                message: "it is poisoned"
      """;

  private final Database database;
  private final Database eventLog;
  private final MixedLoad load;
  private final ReferenceLog reference;
  private final RouteFiles routes;

  private MeasuredLoad(Database database, Database eventLog, long seed, RouteFiles routes) {
    this.database = database;
    this.eventLog = eventLog;
    this.load = MixedLoad.on(database, seed);
    this.reference = ReferenceLog.in(database).follow("public.orders").follow("public.items");
    this.routes = routes;
  }

  /**
   * Creates tables and event tables in a database.
   *
   * @param folder where the routes go
   * @param seed of the load's randomness
   */
  public static MeasuredLoad on(Database database, Path folder, long seed) throws IOException {
    return on(database, database, folder, seed);
  }

  /** The same with event tables in another database. */
  public static MeasuredLoad on(Database database, Database eventLog, Path folder, long seed)
      throws IOException {
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline("orders", "public.orders", "public.order_events", STEP)
            .pipeline("items", "public.items", "public.item_events");
    var measured = new MeasuredLoad(database, eventLog, seed, routes);
    Capture.createEventTable(eventLog, "public.order_events");
    Capture.createEventTable(eventLog, "public.item_events");
    return measured;
  }

  public RouteFiles routes() {
    return routes;
  }

  /** Starts a round of the load; see {@link MixedLoad#round}. */
  public CompletableFuture<Void> round(int transactions, int copiedRows) {
    return load.round(transactions, copiedRows);
  }

  /** Events stored so far. */
  public long stored() {
    return eventLog.number("select coalesce(sum(last_id), 0) from wadi.event_tables");
  }

  /** Two changes that the pipeline's step refuses: a row that comes and goes. */
  void poison() {
    database.execute(
        "set session_replication_role = replica; insert into orders (note) values ('poisoned');"
            + " delete from orders where note = 'poisoned'");
  }

  /** Changes in quarantine. */
  long quarantined() {
    return eventLog.number("select count(*) from wadi.quarantined_changes");
  }

  /** Writes until it is closed, at a bearable pace, whatever becomes of the database meanwhile. */
  public void keepWriting() {
    load.keepWriting();
  }

  /** Ends what {@link #keepWriting} began. */
  public void stopWriting() {
    load.stopWriting();
  }

  /** Changes that were made. */
  public long made() {
    return reference.size();
  }

  /** Waits until the event tables have what was written. */
  public void awaitCaughtUp() {
    Capture.awaitCaughtUp(database, eventLog);
  }

  /** Waits until the event tables have what was written, and compares them with it. */
  public void assertEveryChangeOnce() {
    awaitCaughtUp();
    assertThat(reference.size()).isPositive();
    assertThat(differences())
        .isEqualTo(Map.of("order_events", Difference.NONE, "item_events", Difference.NONE));
  }

  /** How each event table differs from what was written to its source table. */
  public Map<String, Difference> differences() {
    var comparable = comparable();
    return Map.of(
        "order_events", comparable.difference("public.order_events", "orders"),
        "item_events", comparable.difference("public.item_events", "items"));
  }

  private ReferenceLog comparable() {
    if (eventLog == database) {
      return reference;
    }
    try {
      return reference.copiedTo(eventLog);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("the reference log was not copied", e);
    }
  }

  @Override
  public void close() {
    load.close();
  }
}
