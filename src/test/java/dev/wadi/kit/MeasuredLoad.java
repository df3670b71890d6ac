package dev.wadi.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.ReferenceLog.Difference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * A load on two tables, two pipelines that capture it into two event tables, and the reference log
 * that tells whether they got everything once.
 */
public final class MeasuredLoad implements AutoCloseable {

  /**
   * Makes the pipeline one whose changes go through Camel one by one; batches without any are taken
   * as a whole.
   */
  private static final String STEP =
      """
      - setVariable:
          name: seen
          constant: "yes"
      """;

  private final Database database;
  private final MixedLoad load;
  private final ReferenceLog reference;
  private final RouteFiles routes;

  private MeasuredLoad(Database database, long seed, RouteFiles routes) {
    this.database = database;
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
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline("orders", "public.orders", "public.order_events", STEP)
            .pipeline("items", "public.items", "public.item_events");
    var measured = new MeasuredLoad(database, seed, routes);
    Capture.createEventTable(database, "public.order_events");
    Capture.createEventTable(database, "public.item_events");
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
    return database.number("select coalesce(sum(last_id), 0) from wadi.event_tables");
  }

  /** Waits until the event tables have what was written, and compares them with it. */
  public void assertEveryChangeOnce() {
    Capture.awaitCaughtUp(database);
    assertThat(reference.size()).isPositive();
    assertThat(reference.difference("public.order_events", "orders"))
        .as("order_events")
        .isEqualTo(Difference.NONE);
    assertThat(reference.difference("public.item_events", "items"))
        .as("item_events")
        .isEqualTo(Difference.NONE);
  }

  @Override
  public void close() {
    load.close();
  }
}
