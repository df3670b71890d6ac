package dev.wadi.consumer;

import static dev.wadi.consumer.Groups.ack;
import static dev.wadi.consumer.Groups.await;
import static dev.wadi.consumer.Groups.drain;
import static dev.wadi.consumer.Groups.nack;
import static dev.wadi.consumer.Groups.receive;
import static dev.wadi.consumer.Groups.seqs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.kit.MovableClock;
import dev.wadi.stream.ValidationException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens beside the way of a message that is received and acked. */
@Tag("slow")
class ExceptionsTest {

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
  void parked_key_survives_the_owner_with_its_attempts() throws Exception {
    groups.append("a", "b", "a");
    groups.create("group");
    consumers = groups.start();
    nack(consumers, "group", receive(consumers, "group", 1), 60_000);
    assertThat(seqs(receive(consumers, "group", 10))).containsExactly(2L);
    consumers.kill();

    groups.database.execute("update wadi.group_parked set not_before = now()");
    consumers = groups.start();
    var messages = new ArrayList<>(receive(consumers, "group", 10));
    if (messages.size() < 2) {
      messages.addAll(receive(consumers, "group", 10));
    }
    messages.sort(Comparator.comparingLong(message -> message.event().seq()));
    assertThat(seqs(messages)).containsExactly(1L, 2L);
    assertThat(messages.get(0).deliverCount()).isEqualTo(2);
    ack(consumers, "group", messages);
    assertThat(drain(consumers, "group")).containsExactly(3L);
    assertThat(groups.database.rows("select key from wadi.group_parked")).isEmpty();
    assertThat(verification()).isEmpty();
  }

  @Test
  void settled_events_of_a_parked_key_are_not_repeated_by_a_takeover() throws Exception {
    groups.append("a", "a", "a", "a", "b");
    groups.create("group");
    consumers = groups.start();
    var first = receive(consumers, "group", 1);
    var messages = receive(consumers, "group", 10);
    assertThat(seqs(messages)).containsExactly(5L);
    ack(consumers, "group", messages);
    nack(consumers, "group", first, 100);
    ack(consumers, "group", receive(consumers, "group", 10));
    ack(consumers, "group", receive(consumers, "group", 10));
    consumers.kill();
    assertThat(verification()).isEmpty();

    consumers = groups.start();
    assertThat(drain(consumers, "group")).containsExactly(3L, 4L);
    assertThat(verification()).isEmpty();
  }

  @Test
  void message_dies_after_max_deliver_and_its_key_goes_on() throws Exception {
    groups.append("a", "a", "b");
    groups.create(definition -> definition.maxDeliver(2));
    consumers = groups.start();
    nack(consumers, "group", receive(consumers, "group", 1), 0);
    var second = receive(consumers, "group", 10);
    assertThat(seqs(second)).containsExactly(1L, 3L);
    nack(consumers, "group", second.subList(0, 1), 0);
    ack(consumers, "group", second.subList(1, 2));

    assertThat(drain(consumers, "group")).containsExactly(2L);
    var group = groups.groups.find("group").orElseThrow();
    assertThat(groups.groups.dead(group, 0, 10))
        .singleElement()
        .matches(letter -> letter.seq() == 1 && letter.attempts() == 2 && !letter.redriven());
    assertThat(consumers.status("group").cursor()).isEqualTo(3);
    assertThat(verification()).isEmpty();
  }

  @Test
  void redriven_message_is_delivered_once_more_also_after_a_takeover() throws Exception {
    groups.append("a", "b");
    groups.create(definition -> definition.maxDeliver(1));
    consumers = groups.start();
    nack(consumers, "group", receive(consumers, "group", 2), 0);
    var group = groups.groups.find("group").orElseThrow();
    assertThat(groups.groups.countDead(group)).isEqualTo(2);

    assertThat(await(consumers.redrive("group", List.of(2L, 77L)))).isEqualTo(1);
    var redriven = receive(consumers, "group", 10);
    assertThat(seqs(redriven)).containsExactly(2L);
    assertThat(redriven.get(0).deliverCount()).isEqualTo(2);
    nack(consumers, "group", redriven, 0);
    assertThat(groups.groups.dead(group, 1, 10).get(0).attempts()).isEqualTo(2);

    assertThat(await(consumers.redrive("group", null))).isEqualTo(2);
    consumers.kill();
    consumers = groups.start();
    assertThat(drain(consumers, "group")).containsExactly(1L, 2L);
    assertThat(groups.groups.countDead(group)).isZero();
    assertThat(verification()).isEmpty();
  }

  @Test
  void large_dead_letters_are_redriven_a_few_at_a_time() throws Exception {
    groups.append(IntStream.range(0, 20).mapToObj(number -> "k" + number).toArray(String[]::new));
    groups.database.execute(
        "update events set record = jsonb_build_object('text', (select string_agg(md5((n +"
            + " id)::text), '') from generate_series(1, 16000) n))");
    groups.create(definition -> definition.maxDeliver(1));
    consumers = groups.start();
    int died = 0;
    while (died < 20) {
      var messages = receive(consumers, "group", 20);
      nack(consumers, "group", messages, 0);
      died += messages.size();
    }
    assertThat(await(consumers.redrive("group", null))).isBetween(5, 15);
    var seqs = drain(consumers, "group");
    assertThat(await(consumers.redrive("group", null))).isBetween(5, 15);
    assertThat(seqs).startsWith(1L);
  }

  @Test
  void dead_letters_that_are_sought_back_over_come_once_and_are_dead_no_more() throws Exception {
    groups.append("a", "b");
    groups.create(definition -> definition.maxDeliver(1));
    consumers = groups.start();
    nack(consumers, "group", receive(consumers, "group", 2), 0);
    assertThat(await(consumers.redrive("group", null))).isEqualTo(2);

    await(consumers.seek("group", StartPosition.from(2)));
    var group = groups.groups.find("group").orElseThrow();
    assertThat(groups.groups.dead(group, 0, 9)).singleElement().matches(DeadLetter::redriven);
    assertThat(drain(consumers, "group")).containsExactlyInAnyOrder(1L, 2L);
    assertThat(groups.groups.countDead(group)).isZero();
    assertThat(verification()).isEmpty();
  }

  @Test
  void seek_makes_what_is_out_stale_and_delivers_from_there() throws Exception {
    groups.append("a", "b", "c", "d");
    groups.create("group");
    consumers = groups.start();
    var out = receive(consumers, "group", 2);
    nack(consumers, "group", receive(consumers, "group", 1), 60_000);

    await(consumers.seek("group", StartPosition.from(2)));
    assertThat(ack(consumers, "group", out)).containsOnly(Outcome.STALE);
    assertThat(drain(consumers, "group")).containsExactly(2L, 3L, 4L);
    await(consumers.seek("group", StartPosition.BEGINNING));
    assertThat(drain(consumers, "group")).containsExactly(1L, 2L, 3L, 4L);
    var third = Instant.ofEpochSecond(1_760_000_003L);
    await(consumers.seek("group", StartPosition.from(third)));
    assertThat(drain(consumers, "group")).containsExactly(3L, 4L);
    await(consumers.seek("group", StartPosition.END));
    assertThat(drain(consumers, "group")).isEmpty();
    assertThat(verification()).isEmpty();
  }

  @Test
  void a_time_finds_events_before_those_that_were_kept_for_long() throws Exception {
    groups.append("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    var third = Instant.ofEpochSecond(1_760_000_003L);
    groups.database.execute(
        "update events set committed_at = committed_at - interval '1 hour' where id >= 6");
    groups.create(each -> each.name("late").start(StartPosition.from(third)));
    groups.database.execute(
        "update events set committed_at = committed_at + interval '2 hours' where id in (2, 10)");
    groups.create(each -> each.name("early").start(StartPosition.from(third)));
    consumers = groups.start();

    assertThat(drain(consumers, "late")).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(drain(consumers, "early")).first().isEqualTo(2L);
  }

  @Test
  void groups_start_where_they_were_told_to() throws Exception {
    groups.append("a", "b", "c");
    var second = Instant.ofEpochSecond(1_760_000_002L);
    groups.create(each -> each.name("end").start(StartPosition.END));
    groups.create(each -> each.name("seq").start(StartPosition.from(3)));
    groups.create(each -> each.name("time").start(StartPosition.from(second)));
    groups.create(each -> each.name("next").start(StartPosition.from(4)));
    for (var start :
        List.of(StartPosition.from(5), StartPosition.from(Instant.parse("2100-01-01T00:00:00Z")))) {
      assertThatThrownBy(() -> groups.create(each -> each.name("later").start(start)))
          .isInstanceOf(ValidationException.class)
          .hasMessageContaining("start=[value must");
    }
    groups.append("d");
    consumers = groups.start();

    assertThat(drain(consumers, "end")).containsExactly(4L);
    assertThat(drain(consumers, "seq")).containsExactly(3L, 4L);
    assertThat(drain(consumers, "time")).containsExactly(2L, 3L, 4L);
    assertThat(drain(consumers, "next")).containsExactly(4L);
    assertThatThrownBy(() -> await(consumers.seek("end", StartPosition.from(6))))
        .hasCauseInstanceOf(ValidationException.class);
    await(consumers.seek("end", StartPosition.from(4)));
    assertThat(drain(consumers, "end")).containsExactly(4L);
  }

  @Test
  void filtered_events_are_passed_and_move_the_cursor() throws Exception {
    groups.append("a", "b", "c", "d", "e");
    groups.create(each -> each.filters("{\"action\": \"update\"}"));
    consumers = groups.start();
    assertThat(drain(consumers, "group")).containsExactly(2L, 4L);
    assertThat(consumers.status("group").cursor()).isEqualTo(5);
    assertThat(consumers.status("group").lag()).isZero();
    consumers.close();
    assertThat(verification()).isEmpty();
  }

  @Test
  void named_columns_group_instead_of_the_row() throws Exception {
    groups.append("a", "a", "b");
    groups.create(each -> each.name("row"));
    groups.create(each -> each.name("column").groupBy("number"));
    groups.create(each -> each.name("absent").groupBy("nothing", "at all"));
    consumers = groups.start();
    assertThat(receive(consumers, "row", 10)).hasSize(2);
    var absent = receive(consumers, "absent", 10);
    assertThat(seqs(absent)).containsExactly(1L);
    var column = receive(consumers, "column", 10);
    assertThat(seqs(column)).containsExactly(1L, 2L, 3L);

    nack(consumers, "column", column, 50);
    assertThat(drain(consumers, "column")).containsExactlyInAnyOrder(1L, 2L, 3L);
    nack(consumers, "absent", absent, 50);
    assertThat(drain(consumers, "absent")).containsExactly(1L, 2L, 3L);
    assertThat(verification()).isEmpty();
  }

  @Test
  void key_that_is_longer_than_an_index_takes_is_parked_and_freed() throws Exception {
    groups.append("a", "a", "b");
    groups.database.execute(
        "update events set record = jsonb_build_object('id', (select string_agg(md5(n::text), '')"
            + " from generate_series(1, 200) n)) where id < 3");
    groups.create(each -> each.groupBy("id"));
    consumers = groups.start();
    nack(consumers, "group", receive(consumers, "group", 1), 50);
    assertThat(drain(consumers, "group")).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(groups.database.rows("select head_seq from wadi.group_parked")).isEmpty();
    assertThat(verification()).isEmpty();
  }

  /** The statement that reads a parked key, with the index that docs/consuming.md tells to make. */
  @Test
  void key_by_columns_is_read_through_its_index() throws Exception {
    groups.append("a", "b");
    groups.database.execute(
        "update events set record = record || jsonb_build_object('it''s:?n', case when id = 1 then"
            + " '1'::jsonb else '1.0' end)");
    groups.database.execute(
        "create index on events ((coalesce(record -> 'it''s:?n', 'null')), id)");
    groups.create(each -> each.groupBy("it's:?n"));
    consumers = groups.start();
    var both = receive(consumers, "group", 10);
    assertThat(seqs(both)).as("1 is not 1.0").containsExactly(1L, 2L);
    nack(consumers, "group", both, 50);
    assertThat(drain(consumers, "group")).containsExactlyInAnyOrder(1L, 2L);

    groups.append(Collections.nCopies(5_000, "c").toArray(String[]::new));
    groups.database.execute("analyze events");
    var plan =
        groups.database.rows(
            "explain select id from events, (values ('[1]')) as wanted (key) where coalesce(record"
                + " -> ('it''s:' || '?n'), 'null') = wanted.key::jsonb -> 0 order by id limit 9");
    assertThat(plan).anyMatch(line -> line.contains("Index Scan using events_coalesce_id_idx"));
  }

  @Test
  void load_of_a_key_without_index_goes_on_where_it_ended() throws Exception {
    groups.append("a");
    groups.append(Collections.nCopies(25_000, "b").toArray(String[]::new));
    groups.append("a");
    groups.create(each -> each.groupBy("id"));
    consumers = groups.start();
    nack(consumers, "group", receive(consumers, "group", 1), 10);
    assertThat(await(consumers.receive("group", 1, 10_000))).hasSize(1);
    await(consumers.seek("group", StartPosition.BEGINNING));
    var a = receive(consumers, "group", 1);
    nack(consumers, "group", a, 1);
    org.awaitility.Awaitility.await()
        .until(
            () -> {
              var got = await(consumers.receive("group", 10, 500));
              ack(consumers, "group", got);
              return seqs(got).contains(25_002L);
            });
  }

  @Test
  void paused_group_hands_out_nothing_until_it_is_resumed() throws Exception {
    groups.append("a");
    groups.create("group");
    consumers = groups.start();
    groups.groups.setPaused("group", true);
    consumers.refresh();
    assertThat(await(consumers.receive("group", 1, 0))).isEmpty();
    assertThat(consumers.status("group").state()).isEqualTo("paused");
    var waiting = consumers.receive("group", 1, 10_000);
    groups.groups.setPaused("group", false);
    consumers.refresh();
    assertThat(seqs(await(waiting))).containsExactly(1L);
  }

  @Test
  void message_that_is_not_acked_in_time_comes_again() throws Exception {
    groups.append("a");
    groups.create("group");
    var clock = new MovableClock();
    consumers = groups.start(clock, Limits.DEFAULT);
    var first = receive(consumers, "group", 1);
    clock.advance(Duration.ofMinutes(1));
    var second = receive(consumers, "group", 1);
    assertThat(second.get(0).deliverCount()).isEqualTo(2);
    assertThat(ack(consumers, "group", first)).containsExactly(Outcome.STALE);
    assertThat(ack(consumers, "group", second)).containsExactly(Outcome.DONE);
  }

  @Test
  void receives_that_nobody_may_join_are_refused_and_hung_up_ones_leave() throws Exception {
    groups.create(each -> each.maxWaiting(1));
    consumers = groups.start();
    var waiting = consumers.receive("group", 1, 60_000);
    assertThatThrownBy(() -> await(consumers.receive("group", 1, 60_000)))
        .hasCauseInstanceOf(TooManyWaitingException.class);
    waiting.cancel(true);
    var next = consumers.receive("group", 1, 60_000);
    groups.append("a");
    consumers.appended(Groups.EVENTS);
    assertThat(seqs(await(next))).containsExactly(1L);
  }

  @Test
  void max_ack_pending_limits_what_is_out() throws Exception {
    groups.append("a", "b", "c");
    groups.create(each -> each.maxAckPending(2));
    consumers = groups.start();
    var messages = receive(consumers, "group", 10);
    assertThat(messages).hasSize(2);
    assertThat(await(consumers.receive("group", 10, 0))).isEmpty();
    ack(consumers, "group", messages.subList(0, 1));
    assertThat(seqs(receive(consumers, "group", 10))).containsExactly(3L);
  }

  @Test
  void what_retention_took_is_passed_and_a_hole_stops_the_group() throws Exception {
    groups.append("a", "b", "c", "d", "e");
    groups.database.execute("update wadi.event_tables set retention_days = 1");
    groups.create("lagging");
    groups.database.execute("delete from events where id <= 2");
    groups.create("group");
    consumers = groups.start();
    assertThat(drain(consumers, "group")).containsExactly(3L, 4L, 5L);
    assertThat(consumers.status("group").expired()).as("began behind them").isZero();
    assertThat(drain(consumers, "lagging")).containsExactly(3L, 4L, 5L);
    var lagging = consumers.status("lagging");
    assertThat(lagging.expired()).isEqualTo(2);
    assertThat(List.of(lagging.expiredFrom(), lagging.expiredTo())).containsExactly(1L, 2L);
    assertThat(verification()).isEmpty();

    groups.database.execute("delete from events where id = 4");
    await(consumers.seek("group", StartPosition.BEGINNING));
    assertThat(drain(consumers, "group")).containsExactly(3L);
    assertThat(consumers.status("group").error())
        .isEqualTo("event 4 is missing although 3 is there; run wadi verify");
    assertThat(verification())
        .containsExactly("event table 'public.events': 1 events are missing from 3 to 5");
  }

  @Test
  void verification_finds_a_cursor_that_passed_an_event() throws Exception {
    groups.append("a", "b", "c");
    groups.create("group");
    consumers = groups.start();
    ack(consumers, "group", receive(consumers, "group", 1));
    consumers.close();
    assertThat(verification()).isEmpty();
    groups.database.execute("update wadi.group_ledger_1 set cursor_seq = 2");
    assertThat(verification())
        .containsExactly(
            "consumer group 'group': 1 events were not settled from 1 to its cursor 2");
  }

  @Test
  void definitions_are_refused_field_by_field() throws Exception {
    groups.create("group");
    assertThatThrownBy(() -> groups.create("group"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("name=[has already been taken]");
    assertThatThrownBy(() -> groups.create(each -> each.name("a b").ackWaitMs(1)))
        .hasMessageContaining("Can only contain alphanumeric")
        .hasMessageContaining("ack_wait_ms=[must be between 500 and 86400000 (got 1)]");
    assertThatThrownBy(() -> groups.groups.create(GroupDefinition.of("other", "nothing")))
        .hasMessageContaining("stream=[does not exist]");
    assertThatThrownBy(() -> groups.streams.delete("orders"))
        .hasMessageContaining("Cannot delete stream that's used by consumers");
    assertThat(groups.groups.delete("group")).isTrue();
    assertThat(groups.streams.delete("orders")).isTrue();
    assertThat(groups.database.rows("select relname from pg_class where relname ~ 'ledger_'"))
        .isEmpty();
  }

  @Test
  void deleted_group_is_unknown_and_one_of_its_name_starts_anew() throws Exception {
    groups.append("a");
    groups.create("group");
    consumers = groups.start();
    drain(consumers, "group");
    groups.groups.delete("group");
    consumers.refresh();
    assertThatThrownBy(() -> await(consumers.receive("group", 1, 0)))
        .hasCauseInstanceOf(UnknownGroupException.class);
    groups.create("group");
    org.awaitility.Awaitility.await()
        .ignoreExceptions()
        .until(() -> drain(consumers, "group"), seqs -> seqs.equals(List.of(1L)));
  }

  private List<String> verification() throws Exception {
    try (var connection = groups.database.dataSource().getConnection()) {
      return Verification.of(connection, Groups.EVENTS, groups.groups.list(), groups.filters)
          .problems();
    }
  }
}
