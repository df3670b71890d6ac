package dev.wadi.consumer;

import static dev.wadi.consumer.Groups.drain;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The interleavings of two writers that defeat a reader which remembers the highest number it has
 * seen, with the statement that really appends. In each the reader reads between the commits.
 */
class CommitOrderTest {

  private Groups groups;
  private Consumers consumers;
  private Connection first;
  private Connection second;

  @BeforeEach
  void start() throws Exception {
    groups = new Groups();
    groups.create("group");
    consumers = groups.start();
    first = transaction();
    second = transaction();
  }

  @AfterEach
  void stop() throws Exception {
    first.close();
    second.close();
    consumers.close();
  }

  /** With numbers of a sequence, the second would commit a higher one before the lower is there. */
  @Test
  void writer_that_began_later_cannot_commit_a_higher_number_first() throws Exception {
    groups.append(first, List.of("a"));
    var later = appendAfterwards(second, "b");
    assertThat(drain(consumers, "group")).isEmpty();
    assertThat(later.isDone()).isFalse();

    first.commit();
    later.get();
    assertThat(drain(consumers, "group")).containsExactly(1L);
    second.commit();
    assertThat(drain(consumers, "group")).containsExactly(2L);
  }

  /** With a horizon of transaction ids, a number taken before the transaction has an id is lost. */
  @Test
  void writer_with_an_old_snapshot_and_a_new_transaction_id_is_not_skipped() throws Exception {
    execute(first, "select last_id from wadi.event_tables");
    execute(second, "select pg_current_xact_id()");
    groups.append(second, List.of("b"));
    second.commit();
    assertThat(drain(consumers, "group")).containsExactly(1L);

    groups.append(first, List.of("a"));
    assertThat(drain(consumers, "group")).isEmpty();
    first.commit();
    assertThat(drain(consumers, "group")).containsExactly(2L);
  }

  /** Ordered by transaction id, the second change of a row would come before its first. */
  @Test
  void changes_of_a_row_come_in_commit_order_whatever_their_transaction_ids() throws Exception {
    execute(second, "select pg_current_xact_id()");
    groups.append(first, List.of("row"));
    first.commit();
    groups.append(second, List.of("row"));
    second.commit();

    var message = Groups.receive(consumers, "group", 10);
    assertThat(message.get(0).event().record()).contains("\"number\": 1");
    assertThat(drain(consumers, "group")).isEmpty();
    Groups.ack(consumers, "group", message);
    assertThat(Groups.receive(consumers, "group", 10).get(0).event().record())
        .contains("\"number\": 2");
  }

  @Test
  void append_that_is_rolled_back_leaves_nothing_to_wait_for() throws Exception {
    groups.append(first, List.of("a", "b"));
    first.rollback();
    groups.append(second, List.of("c"));
    second.commit();
    assertThat(drain(consumers, "group")).containsExactly(1L);
  }

  private CompletableFuture<Boolean> appendAfterwards(Connection connection, String key)
      throws Exception {
    var appended = new CompletableFuture<Boolean>();
    var thread =
        new Thread(
            () -> {
              try {
                groups.append(connection, List.of(key));
                appended.complete(true);
              } catch (SQLException e) {
                appended.completeExceptionally(e);
              }
            });
    thread.start();
    org.awaitility.Awaitility.await()
        .until(
            () ->
                groups.database.rows(
                    "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                        + " and datname = current_database()"),
            rows -> !rows.isEmpty());
    return appended;
  }

  private Connection transaction() throws SQLException {
    var connection = groups.database.dataSource().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
