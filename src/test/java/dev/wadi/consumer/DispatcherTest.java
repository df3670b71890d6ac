package dev.wadi.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.stream.EventKey;
import dev.wadi.stream.EventReader.KeyEvents;
import dev.wadi.stream.EventReader.KeyRange;
import dev.wadi.stream.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DispatcherTest {

  private static final Limits LIMITS = new Limits(50, 50, 1 << 20, 100, 3, 2, 10_000, 100);
  private static final long ACK_WAIT = 1_000;

  private final Window window = new Window(0, 0, 0, 0);
  private final Dispatcher dispatcher = new Dispatcher(LIMITS, window, new SeqRanges());
  private final List<StreamEvent> log = new ArrayList<>();
  private long now = 1_000_000;

  @Test
  void one_message_per_key_is_out_and_the_oldest_key_goes_first() {
    append("a", "a", "b", "c");
    assertThat(receive(2)).containsExactly(1L, 3L);
    assertThat(receive(9)).containsExactly(4L);
    dispatcher.settle(1, now);
    assertThat(receive(9)).containsExactly(2L);
    assertThat(window.cursor()).isEqualTo(1);
    dispatcher.settle(4, now);
    dispatcher.settle(2, now);
    assertThat(window.cursor()).isEqualTo(2);
    dispatcher.settle(3, now);
    assertThat(window.cursor()).isEqualTo(4);
  }

  @Test
  void delta_lists_only_what_the_cursor_does_not_tell() {
    append("a", "b", "c", "d");
    receive(4);
    dispatcher.settle(1, now);
    dispatcher.settle(3, now);
    var flush = dispatcher.takeFlush();
    assertThat(flush.cursor()).isEqualTo(1);
    assertThat(flush.settled()).hasToString("{[3,4)}");
    assertThat(flush.count()).isEqualTo(2);
    assertThat(flush.squares()).isEqualTo(10);
    assertThat(dispatcher.hasUnflushed()).isFalse();
  }

  @Test
  void message_that_fails_twice_parks_its_key_which_then_waits_behind_the_others() {
    append("poison", "a", "b");
    receive(1);
    dispatcher.fail(1, 0, null, "first", now);
    assertThat(dispatcher.parkedKeys()).isZero();
    assertThat(receive(2)).containsExactly(1L, 2L);
    dispatcher.fail(1, 0, null, "second", now);
    assertThat(dispatcher.parkedKeys()).isEqualTo(1);
    append("c");
    assertThat(receive(1)).containsExactly(3L);
    dispatcher.settle(2, now);
    dispatcher.settle(3, now);
    assertThat(window.cursor()).isEqualTo(3);
    assertThat(receive(1)).containsExactly(1L);
    dispatcher.settle(1, now);
    assertThat(dispatcher.parkedKeys()).isZero();
    assertThat(dispatcher.takeFlush().freed()).hasSize(1);
  }

  @Test
  void delayed_key_keeps_nothing_in_memory_and_is_read_again_when_its_time_comes() {
    append("a", "a", "a", "b");
    receive(1);
    dispatcher.fail(1, 500, null, "later", now);
    assertThat(dispatcher.queuedEvents()).isEqualTo(1);
    assertThat(dispatcher.nextTick()).isEqualTo(now + 500);
    append("a");
    assertThat(receive(9)).containsExactly(4L);
    dispatcher.settle(4, now);
    assertThat(window.cursor()).isEqualTo(5);

    tick(499);
    assertThat(dispatcher.keysToLoad(9, 100)).isEmpty();
    tick(1);
    assertThat(load()).containsExactly(new KeyRange(key("a"), 1, 1));
    assertThat(receive(9)).containsExactly(1L);
    dispatcher.settle(1, now);
    assertThat(load()).containsExactly(new KeyRange(key("a"), 2, 3));
    for (long seq : new long[] {2, 3, 5}) {
      assertThat(receive(9)).containsExactly(seq);
      dispatcher.settle(seq, now);
      if (seq == 5) {
        load();
      }
    }
    assertThat(dispatcher.parkedKeys()).isZero();
    assertThat(window.count()).isEqualTo(5);
    assertThat(window.squares()).isEqualTo(1 + 4 + 9 + 16 + 25);
  }

  @Test
  void message_that_is_not_acked_in_time_fails_and_extending_prevents_it() {
    append("a", "b");
    receive(2);
    dispatcher.extend(2, now + 5_000);
    tick(ACK_WAIT - 1);
    assertThat(dispatcher.inFlight()).isEqualTo(2);
    tick(1);
    assertThat(dispatcher.inFlight()).isEqualTo(1);
    assertThat(dispatcher.isOut(1, 1)).isFalse();
    assertThat(receive(9)).containsExactly(1L);
    assertThat(dispatcher.isOut(1, 2)).isTrue();
    tick(5_000);
    assertThat(dispatcher.inFlight()).isZero();
  }

  @Test
  void key_with_too_many_events_is_parked_and_read_on_by_key() {
    append("hot", "hot", "hot", "hot", "hot", "b");
    assertThat(dispatcher.parkedKeys()).isEqualTo(1);
    assertThat(dispatcher.queuedEvents()).isEqualTo(4);
    var row = dispatcher.takeFlush().parked().get(0);
    assertThat(row.headSeq()).isEqualTo(1);
    assertThat(window.cursor()).isEqualTo(5);
    for (long seq = 1; seq <= 5; seq++) {
      assertThat(receive(1)).containsExactly(seq);
      dispatcher.settle(seq, now);
      load();
    }
    assertThat(dispatcher.parkedKeys()).isZero();
    assertThat(dispatcher.takeFlush().settled()).hasToString("{[1,6)}");
  }

  @Test
  void beyond_the_limit_of_parked_keys_a_failing_key_holds_up_the_cursor_only() {
    append("a", "b", "c", "d");
    receive(3);
    for (long seq = 1; seq <= 3; seq++) {
      dispatcher.fail(seq, 500, null, "later", now);
    }
    assertThat(dispatcher.parkedKeys()).isEqualTo(2);
    assertThat(receive(9)).containsExactly(4L);
    dispatcher.settle(4, now);
    assertThat(window.cursor()).isEqualTo(2);
    tick(500);
    load();
    assertThat(receive(9)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void dead_letter_is_settled_and_a_redrive_gives_it_one_more_delivery() {
    append("a", "a");
    receive(1);
    dispatcher.fail(1, 0, 1, "no", now);
    var flush = dispatcher.takeFlush();
    assertThat(flush.dead()).containsExactly(new Flush.Dead(1, 1, "no"));
    assertThat(flush.cursor()).isEqualTo(1);

    dispatcher.redrive(List.of(log.get(0)), Map.of(1L, 1, 99L, 4), now);
    assertThat(dispatcher.takeFlush().dead())
        .containsExactly(new Flush.Dead(99, 4, "the event is gone"));
    assertThat(receive(9)).containsExactly(1L);
    assertThat(dispatcher.isOut(1, 2)).isTrue();
    dispatcher.settle(1, now);
    assertThat(dispatcher.takeFlush().revived()).containsExactly(1L);
    assertThat(window.count()).isEqualTo(1);
    assertThat(receive(9)).containsExactly(2L);
  }

  @Test
  void message_that_nobody_took_is_as_if_it_had_not_been_out() {
    append("a", "a");
    receive(1);
    dispatcher.giveBack(1, now);
    assertThat(receive(1)).containsExactly(1L);
    assertThat(dispatcher.isOut(1, 1)).isTrue();
  }

  @Test
  void receive_stops_at_its_bytes_but_answers_at_least_one() {
    appendSized("a", 20_000);
    appendSized("b", 20_000);
    assertThat(receive(9)).containsExactly(1L);
    assertThat(receive(9)).containsExactly(2L);
  }

  @Test
  void room_ends_at_queued_events_and_at_the_window() {
    append("stuck");
    receive(1);
    for (int number = 0; number < 50; number++) {
      append("key" + number);
    }
    assertThat(dispatcher.room()).isZero();
    for (int turn = 0; turn < 49; turn++) {
      long seq = receive(1).get(0);
      dispatcher.settle(seq, now);
    }
    assertThat(dispatcher.room()).isEqualTo(100 - 51);
  }

  @Test
  void messages_that_are_out_count_until_they_are_settled() {
    for (int number = 0; number < 6; number++) {
      appendSized("key" + number, 200_000);
    }
    for (long seq = 1; seq <= 6; seq++) {
      assertThat(receive(1)).containsExactly(seq);
    }
    assertThat(dispatcher.queuedEvents()).isZero();
    assertThat(dispatcher.room()).isZero();
    dispatcher.settle(1, now);
    assertThat(dispatcher.room()).isPositive();
  }

  @Test
  void key_that_failed_is_not_read_before_the_frontier_has_come_to_it() {
    dispatcher.restore(new Flush.Parked(key("a"), 2, 3, now, "no"), now);
    assertThat(load()).isEmpty();
    append("b", "a");
    assertThat(load()).containsExactly(new KeyRange(key("a"), 2, 1));
    receive(9);
    assertThat(dispatcher.isOut(2, 4)).isTrue();
  }

  @Test
  void window_grows_and_goes_round() {
    var wide = new Window(0, 5, 0, 0);
    wide.append(Window.State.OPEN);
    for (int number = 0; number < 5_000; number++) {
      wide.append(number % 2 == 0 ? Window.State.OPEN : Window.State.PASSED);
    }
    var ranges = new SeqRanges();
    wide.settle(7);
    wide.settle(5_005);
    wide.addSettledTo(ranges);
    assertThat(ranges).hasToString("{[7,8),[5005,5006)}");
    wide.settle(6);
    assertThat(wide.cursor()).isEqualTo(8);
    assertThat(wide.settledAbove()).isEqualTo(1);
  }

  private void append(String... keys) {
    for (var key : keys) {
      appendSized(key, 10);
    }
  }

  private void appendSized(String key, int size) {
    var event =
        new StreamEvent(
            log.size() + 1L,
            new UUID(0, 1),
            1,
            "public",
            "orders",
            key,
            "x".repeat(size),
            null,
            "insert",
            now,
            "0/1",
            0,
            null,
            key(key));
    log.add(event);
    dispatcher.append(event, true, now);
  }

  private static EventKey key(String text) {
    return new EventKey(new UUID(0, 1), 1, text);
  }

  private List<Long> receive(int most) {
    return dispatcher.receive(most, 100, now + ACK_WAIT).stream().map(Delivery::seq).toList();
  }

  private void tick(long ms) {
    now += ms;
    dispatcher.tick(null, now);
  }

  /** Does what the worker does: reads the keys that are to be read. */
  private List<KeyRange> load() {
    var ranges = dispatcher.keysToLoad(9, 100);
    for (var range : ranges) {
      var found =
          log.stream()
              .filter(event -> event.key().equals(range.key()) && event.seq() >= range.first())
              .limit(range.limit())
              .toList();
      long last = found.isEmpty() ? window.frontier() : found.get(found.size() - 1).seq();
      boolean cut = found.size() == range.limit();
      dispatcher.loaded(new KeyEvents(range, found, cut ? last : window.frontier()), found, now);
    }
    return ranges;
  }
}
