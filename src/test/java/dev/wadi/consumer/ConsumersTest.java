package dev.wadi.consumer;

import static dev.wadi.consumer.Groups.ack;
import static dev.wadi.consumer.Groups.await;
import static dev.wadi.consumer.Groups.drain;
import static dev.wadi.consumer.Groups.ids;
import static dev.wadi.consumer.Groups.nack;
import static dev.wadi.consumer.Groups.outcomes;
import static dev.wadi.consumer.Groups.receive;
import static dev.wadi.consumer.Groups.seqs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.stream.EventKey;
import dev.wadi.stream.EventReader;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumersTest {

  private Groups groups;
  private Consumers consumers;

  @BeforeEach
  void start() throws Exception {
    groups = new Groups();
  }

  @AfterEach
  void stop() {
    if (consumers != null) {
      consumers.close();
    }
  }

  @Test
  void messages_come_in_seq_order_one_per_key() throws Exception {
    groups.append("a", "b", "a", "c", "b");
    groups.create("group");
    consumers = groups.start();

    var first = receive(consumers, "group", 10);
    assertThat(seqs(first)).containsExactly(1L, 2L, 4L);
    assertThat(first.get(0).event().record()).isEqualTo("{\"id\": \"a\", \"number\": 1}");
    assertThat(await(consumers.receive("group", 10, 0))).isEmpty();

    assertThat(ack(consumers, "group", first)).containsOnly(Outcome.DONE);
    assertThat(seqs(receive(consumers, "group", 10))).containsExactly(3L, 5L);
  }

  @Test
  void receive_that_waits_gets_an_event_when_it_is_appended() throws Exception {
    groups.create("group");
    consumers = groups.start();
    var waiting = consumers.receive("group", 1, 10_000);
    groups.append("a");
    consumers.appended(Groups.EVENTS);

    assertThat(seqs(await(waiting))).containsExactly(1L);
  }

  /** Who asks how far the events go is told nothing here. */
  @Test
  void announced_events_are_read_without_asking_how_far() throws Exception {
    groups.create("group");
    consumers = groups.start();
    var waiting = consumers.receive("group", 1, 10_000);
    try (var connection = groups.database.dataSource().getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      groups.append(connection, List.of("a"));
      statement.execute("update wadi.event_tables set last_id = 0");
      connection.commit();
    }
    consumers.appended(Groups.EVENTS, 1);

    assertThat(seqs(await(waiting))).containsExactly(1L);
  }

  @Test
  void large_events_are_read_a_few_at_a_time() throws Exception {
    groups.append(IntStream.range(0, 40).mapToObj(number -> "k" + number).toArray(String[]::new));
    groups.database.execute(
        "update events set record = jsonb_build_object('text', (select string_agg(md5((n + id)::text), '')"
            + " from generate_series(1, 8000) n)) where id > 20");
    var reader = new EventReader(Groups.EVENTS, List.of());
    var keys =
        IntStream.range(20, 40)
            .mapToObj(number -> new EventKey(Groups.SOURCE_DATABASE, 16384, "k" + number))
            .map(key -> new EventReader.KeyRange(key, 1, 64))
            .toList();
    try (var connection = groups.database.dataSource().getConnection()) {
      var block = reader.range(connection, 1, 40);
      assertThat(block).hasSizeBetween(25, 39);
      assertThat(reader.range(connection, block.size() + 1L, 40)).isNotEmpty();
      var read = reader.ofKeys(connection, keys, 40, 40);
      assertThat(read).hasSizeBetween(5, 19);
      assertThat(read.get(0).through()).isEqualTo(40);
      assertThat(read.get(read.size() - 1).through()).isEqualTo(20L + read.size());
    }
    groups.create("group");
    consumers = groups.start();
    int received = 0;
    while (received < 40) {
      var messages = receive(consumers, "group", 40);
      assertThat(messages).isNotEmpty();
      ack(consumers, "group", messages);
      received += messages.size();
    }
  }

  @Test
  void nacked_message_comes_again_before_later_ones_of_its_key() throws Exception {
    groups.append("a", "a");
    groups.create("group");
    consumers = groups.start();

    nack(consumers, "group", receive(consumers, "group", 10), 0);
    var again = receive(consumers, "group", 10);
    assertThat(seqs(again)).containsExactly(1L);
    assertThat(again.get(0).deliverCount()).isEqualTo(2);
    nack(consumers, "group", again, 50);
    assertThat(consumers.status("group").parkedKeys()).isEqualTo(1);
    assertThat(consumers.blocked("group", 10)).hasSize(1);

    assertThat(drain(consumers, "group")).containsExactly(1L, 2L);
    assertThat(consumers.status("group").cursor()).isEqualTo(2);
    assertThat(groups.database.rows("select * from wadi.group_parked")).isEmpty();
  }

  @Test
  void stale_and_foreign_ack_ids_are_told_apart() throws Exception {
    groups.append("a");
    groups.create("group");
    groups.create("other");
    consumers = groups.start();

    var first = receive(consumers, "group", 1);
    var foreign = receive(consumers, "other", 1);
    nack(consumers, "group", first, 0);
    var second = receive(consumers, "group", 1);
    assertThat(ack(consumers, "group", first)).containsExactly(Outcome.STALE);
    assertThat(ack(consumers, "group", foreign)).containsExactly(Outcome.UNKNOWN);
    assertThat(outcomes(consumers.ack("group", List.of("nonsense"))))
        .containsExactly(Outcome.UNKNOWN);
    assertThat(await(consumers.extend("group", ids(second), 60_000)).values())
        .containsExactly(Outcome.DONE);
    assertThat(ack(consumers, "group", second)).containsExactly(Outcome.DONE);
    assertThat(ack(consumers, "group", second)).containsExactly(Outcome.STALE);
  }

  @Test
  void acked_messages_do_not_come_again_after_an_abrupt_end() throws Exception {
    groups.append("a", "b", "c", "a");
    groups.create("group");
    consumers = groups.start();
    var messages = receive(consumers, "group", 3);
    ack(consumers, "group", messages.subList(1, 2));
    consumers.kill();

    consumers = groups.start();
    assertThat(drain(consumers, "group")).containsExactly(1L, 3L, 4L);
  }
}
