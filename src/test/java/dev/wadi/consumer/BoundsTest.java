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

  private Groups groups;
  private Consumers consumers;

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
            "http://one",
            new Limits(100, 100, 1 << 20, 5_000, 64, 10, 1 << 20));
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

  @Test
  void acks_leave_no_dead_rows_and_cost_the_same_while_a_snapshot_is_held() throws Exception {
    groups.create("group");
    consumers = groups.start();
    try (var pinned = groups.database.dataSource().getConnection()) {
      pinned.setAutoCommit(false);
      try (var statement = pinned.createStatement()) {
        statement.execute("set transaction isolation level repeatable read");
        statement.execute("select pg_current_xact_id()");
      }
      acknowledge(2_000);
      long buffersBefore = buffersOfReading(1_000);
      for (int round = 0; round < 10; round++) {
        acknowledge(2_000);
      }
      assertThat(buffersOfReading(21_000)).isLessThanOrEqualTo(buffersBefore + 8);
      assertThat(deadRows()).isLessThan(100);
    }
    consumers.close();
    assertThat(groups.database.rows("select count(*) from wadi.group_ledger_1"))
        .containsExactly("1");
    assertThat(groups.database.rows("select pg_relation_size('wadi.group_ledger_1')"))
        .containsExactly("8192");
  }

  private void acknowledge(int events) throws Exception {
    var keys = new ArrayList<String>();
    for (int number = 0; number < events; number++) {
      keys.add("key" + number);
    }
    groups.append(keys.toArray(String[]::new));
    consumers.appended(Groups.EVENTS);
    for (int acked = 0; acked < events; ) {
      var messages = receive(consumers, "group", 100);
      ack(consumers, "group", messages);
      acked += messages.size();
    }
  }

  private long buffersOfReading(long first) {
    var plan =
        groups.database.rows(
            "explain (analyze, buffers, timing off) select * from events where id between "
                + first
                + " and "
                + (first + 99)
                + " order by id");
    for (var line : plan) {
      if (line.contains("Buffers: shared hit=")) {
        return Long.parseLong(line.replaceAll(".*shared hit=(\\d+).*", "$1"));
      }
    }
    throw new AssertionError(plan);
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
      return Verification.of(connection, Groups.EVENTS, groups.groups.list(), groups.filters);
    }
  }
}
