package dev.wadi.consumer;

import static dev.wadi.consumer.Groups.ack;
import static dev.wadi.consumer.Groups.await;
import static dev.wadi.consumer.Groups.nack;
import static dev.wadi.consumer.Groups.receive;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What must not grow, however long a key fails or a transaction is held open. */
@Tag("slow")
class BoundsTest {

  private static final int POISONED_EVENTS = 100_000;
  private static final int ACKS = Integer.getInteger("wadi.bounds.acks", 100_000);
  private static final int ROUND = 10_000;

  /** So that the ledger is replaced several times a round, as it is every ten seconds or so. */
  private static final Limits FEW_DELTAS =
      new Limits(10_000, 100, 32L << 20, 200_000, 64, 10_000, 16L << 20, 20);

  private static final long LEDGER_BYTES = 64 << 10;

  private Groups groups;
  private Consumers consumers;
  private long largestLedger;

  @BeforeEach
  void start() throws Exception {
    groups = new Groups();
  }

  @AfterEach
  void stop() {
    consumers.close();
  }

  @Test
  void poisoned_key_with_many_later_events_holds_up_nobody() throws Exception {
    groups.append("poison");
    groups.create("group");
    consumers = groups.start();
    nack(consumers, "group", receive(consumers, "group", 1), 600_000);
    appendMany("poison", POISONED_EVENTS);
    groups.append("b", "c", "poison", "b");
    consumers.appended(Groups.EVENTS);

    assertThat(receiveUntil(POISONED_EVENTS + 5L)).containsExactly("b", "c", "b");
    var status = consumers.status("group");
    assertThat(status.cursor()).isEqualTo(POISONED_EVENTS + 5L);
    assertThat(status.parkedKeys()).isEqualTo(1);
    assertThat(status.queued()).isZero();
    consumers.close();
    assertThat(verification()).isEmpty();

    groups.database.execute("update wadi.group_parked set not_before = now()");
    consumers = groups.start();
    for (long seq = 1; seq < 200; seq++) {
      var message = receive(consumers, "group", 10);
      assertThat(Groups.seqs(message)).containsExactly(seq);
      ack(consumers, "group", message);
      assertThat(consumers.status("group").queued()).isLessThanOrEqualTo(64);
    }
    assertThat(verification()).isEmpty();
  }

  @Test
  void healthy_key_with_many_events_leaves_room_for_others() throws Exception {
    appendMany("hot", 20_000);
    groups.append("b");
    groups.create("group");
    consumers = groups.start();
    var hot = receive(consumers, "group", 1);
    assertThat(hot.get(0).event().recordPk()).isEqualTo("hot");
    var other = receive(consumers, "group", 10);
    assertThat(other.get(0).event().recordPk()).isEqualTo("b");
    ack(consumers, "group", other);
    assertThat(consumers.status("group").queued()).isLessThanOrEqualTo(64);
    for (long seq = 2; seq < 300; seq++) {
      ack(consumers, "group", hot);
      hot = receive(consumers, "group", 1);
      assertThat(Groups.seqs(hot)).containsExactly(seq);
    }
    consumers.kill();
    assertThat(verification()).isEmpty();
    consumers = groups.start();
    assertThat(Groups.seqs(receive(consumers, "group", 1))).containsExactly(299L);
  }

  @Test
  void reading_stops_while_nobody_receives() throws Exception {
    groups.create("group");
    consumers =
        groups.start(
            java.time.Clock.systemUTC(),
            new Limits(100, 100, 1 << 20, 5_000, 64, 10, 1 << 20, 100));
    var keys = new ArrayList<String>();
    for (int number = 0; number < 3_000; number++) {
      keys.add("key" + number);
    }
    groups.append(keys.toArray(String[]::new));
    var first = receive(consumers, "group", 1);
    assertThat(consumers.status("group").queued()).isLessThan(1_200);
    ack(consumers, "group", first);
    assertThat(Groups.drain(consumers, "group")).hasSize(2_999);
  }

  /** {@code -Dwadi.bounds.acks=2400000} is about a minute at full speed. */
  @Test
  void acks_leave_no_dead_rows_and_cost_the_same_while_a_snapshot_is_held() throws Exception {
    groups.create("group");
    appendAll(ROUND);
    try (var pinned = groups.database.dataSource().getConnection()) {
      pinned.setAutoCommit(false);
      try (var statement = pinned.createStatement()) {
        statement.execute("set transaction isolation level repeatable read");
        statement.execute("select pg_current_xact_id()");
      }
      long before = buffersOf(this::acknowledgeRound);
      for (int acked = 0; acked < ACKS; acked += ROUND) {
        appendAll(ROUND);
        acknowledgeRound();
        assertThat(largestLedger).as("while the snapshot is held").isLessThan(LEDGER_BYTES);
      }
      appendAll(ROUND);
      assertThat(buffersOf(this::acknowledgeRound)).isLessThan(before + before / 4);
      assertThat(deadRows()).isLessThan(100);
      assertThat(groups.database.rows("select count(*) from wadi.group_ledger_1"))
          .as("truncated although the snapshot is still held")
          .containsExactly("1");
    }
  }

  private void appendAll(int events) throws Exception {
    var keys = new ArrayList<String>();
    for (int number = 0; number < events; number++) {
      keys.add("key" + number);
    }
    groups.append(keys.toArray(String[]::new));
  }

  private void acknowledgeRound() throws Exception {
    consumers = groups.start(java.time.Clock.systemUTC(), FEW_DELTAS);
    for (int acked = 0; acked < ROUND; ) {
      var messages = receive(consumers, "group", 100);
      ack(consumers, "group", messages);
      acked += messages.size();
    }
    var size = groups.database.rows("select pg_relation_size('wadi.group_ledger_1')").get(0);
    largestLedger = Math.max(largestLedger, Long.parseLong(size));
    consumers.close();
  }

  /** What the statements that receives and acks really run touch, as the server counts it. */
  private long buffersOf(Round round) throws Exception {
    awaitOthersGone();
    long before = buffers();
    round.run();
    awaitOthersGone();
    return buffers() - before;
  }

  /** A session tells what it did when it ends at the latest. */
  private void awaitOthersGone() {
    org.awaitility.Awaitility.await()
        .until(
            () ->
                groups
                    .database
                    .rows(
                        "select count(*) from pg_stat_activity where datname = current_database()"
                            + " and pid <> pg_backend_pid()")
                    .get(0)
                    .equals("1"));
  }

  private long buffers() {
    return Long.parseLong(
        groups
            .database
            .rows(
                "select sum(coalesce(heap_blks_hit, 0) + coalesce(heap_blks_read, 0)"
                    + " + coalesce(idx_blks_hit, 0) + coalesce(idx_blks_read, 0)"
                    + " + coalesce(toast_blks_hit, 0) + coalesce(toast_blks_read, 0))"
                    + " from pg_statio_user_tables where schemaname = 'wadi' or relname = 'events'")
            .get(0));
  }

  private interface Round {
    void run() throws Exception;
  }

  /** Row versions of Wadi's tables that vacuum would have to remove. */
  private long deadRows() {
    groups.database.execute("select pg_stat_force_next_flush()");
    return Long.parseLong(
        groups
            .database
            .rows(
                "select coalesce(sum(n_dead_tup), 0) from pg_stat_user_tables"
                    + " where schemaname = 'wadi' and relname like 'group%' or relname ="
                    + " 'consumer_groups'")
            .get(0));
  }

  private List<String> receiveUntil(long cursor) throws Exception {
    var keys = new ArrayList<String>();
    while (consumers.status("group").cursor() < cursor) {
      var messages = await(consumers.receive("group", 10, 500));
      messages.forEach(message -> keys.add(message.event().recordPk()));
      if (!messages.isEmpty()) {
        ack(consumers, "group", messages);
      }
    }
    return keys;
  }

  private void appendMany(String key, int count) throws Exception {
    for (int appended = 0; appended < count; appended += 5_000) {
      groups.append(Collections.nCopies(5_000, key).toArray(String[]::new));
    }
  }

  private List<String> verification() throws Exception {
    try (var connection = groups.database.dataSource().getConnection()) {
      return Verification.of(connection, Groups.EVENTS, groups.groups.list(), groups.filters)
          .problems();
    }
  }
}
