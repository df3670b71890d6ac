package dev.wadi.consumer;

import static dev.wadi.consumer.Groups.ack;
import static dev.wadi.consumer.Groups.await;
import static dev.wadi.consumer.Groups.drain;
import static dev.wadi.consumer.Groups.receive;
import static java.time.temporal.ChronoUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wadi.kit.Quickest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes on one database, here two engines in one. */
@Tag("slow")
class OwnershipTest {

  private static final Duration TAKEOVER = Duration.ofSeconds(3);

  /** A group that was not taken by the one it was meant for stays where it is for a minute. */
  private static final Duration LIMIT = Duration.ofSeconds(150);

  private Groups groups;
  private Consumers one;
  private Consumers two;

  @BeforeEach
  void start() throws Exception {
    groups = new Groups();
    groups.append("a", "b", "c");
    groups.create("group");
    one = groups.startAmongOthers("http://one");
    two = groups.startAmongOthers("http://two");
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  @Test
  void only_the_owner_serves_and_others_say_where_it_is() throws Exception {
    assertThat(receive(one, "group", 1)).hasSize(1);
    assertThatThrownBy(() -> await(two.receive("group", 1, 0)))
        .cause()
        .isInstanceOfSatisfying(
            NotOwnerException.class,
            refused -> assertThat(refused.ownerUrl()).isEqualTo("http://one"));
    assertThatThrownBy(() -> await(two.receive("other", 1, 0)))
        .hasCauseInstanceOf(UnknownGroupException.class);
  }

  @Test
  void group_that_was_made_a_moment_ago_elsewhere_is_not_called_unknown() throws Exception {
    try (var late =
        new Consumers(
            sessions(), groups.groups, groups.filters, "http://late", Clock.systemUTC())) {
      late.refresh();
      groups.create("made");
      assertThatThrownBy(() -> await(late.receive("made", 1, 60_000)))
          .hasCauseInstanceOf(NotOwnerException.class);
      assertThatThrownBy(() -> await(late.receive("never made", 1, 60_000)))
          .hasCauseInstanceOf(UnknownGroupException.class);
    }
  }

  @Test
  void another_takes_over_in_time() throws Exception {
    awaitServed(1, one);
    var quickest =
        Quickest.of(
            TAKEOVER,
            () -> {
              long killed = System.nanoTime();
              one.kill();
              awaitServed(two);
              var took = Duration.ofNanos(System.nanoTime() - killed);
              one = two;
              two = groups.startAmongOthers("http://next");
              return took;
            });
    assertThat(quickest).isLessThan(TAKEOVER);
  }

  @Test
  void another_takes_over_and_repeats_nothing_that_was_acked() throws Exception {
    var messages = receive(one, "group", 3);
    ack(one, "group", messages.subList(0, 2));
    one.kill();
    awaitServed(two);

    assertThatThrownBy(() -> await(one.ack("group", Groups.ids(messages))))
        .hasCauseInstanceOf(NotOwnerException.class);
    assertThat(ack(two, "group", messages)).containsOnly(Outcome.STALE);
    assertThat(drain(two, "group")).containsExactly(3L);
  }

  @ParameterizedTest
  @ValueSource(ints = {30, -30})
  void key_that_waits_comes_in_time_though_the_clocks_of_its_owners_differ(int days)
      throws Exception {
    two.close();
    one.close();
    one =
        groups.startAmongOthers(
            Clock.offset(Clock.systemUTC(), Duration.ofDays(days)), "http://one");
    Groups.nack(one, "group", receive(one, "group", 1), 600_000);
    one.kill();
    var behind = Clock.offset(Clock.systemUTC(), Duration.ofDays(-days));
    var due = behind.instant().plusSeconds(600);
    two = groups.startAmongOthers(behind, "http://two");
    awaitServed(two);
    assertThat(two.blocked("group", 10))
        .singleElement()
        .satisfies(key -> assertThat(key.notBefore()).isCloseTo(due, within(1, MINUTES)));
  }

  @Test
  void owner_that_shuts_down_hands_over() throws Exception {
    ack(one, "group", receive(one, "group", 2));
    two.close();
    one.close();
    assertThat(groups.database.rows("select owner_url from wadi.consumer_groups"))
        .containsExactly("");
    two = groups.startAmongOthers("http://two");
    awaitServed(two);
    one = groups.startAmongOthers("http://one");
    two.close();
    awaitServed(one);
    assertThat(drain(one, "group")).containsExactly(3L);
  }

  @Test
  void owner_whose_session_was_ended_answers_no_ack_and_serves_nobody() throws Exception {
    var messages = receive(one, "group", 3);
    groups.database.execute(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
            + " and classid = 7331");
    var late = one.ack("group", Groups.ids(messages));
    assertThatThrownBy(() -> await(late)).hasCauseInstanceOf(NotOwnerException.class);
    var owner = awaitServedByAny();
    assertThat(drain(owner, "group")).containsExactly(1L, 2L, 3L);
  }

  /** What a stopped process would still write once it goes on: its session holds the lock. */
  @Test
  void former_epoch_writes_nothing() throws Exception {
    one.kill();
    two.kill();
    var settled = new SeqRanges();
    settled.add(1);
    var flush =
        new Flush(
            false,
            1,
            settled,
            0,
            1,
            1,
            List.of(),
            List.of(),
            List.of(new Flush.Dead(1, 1, "late")),
            List.of());
    try (var session = acquire()) {
      session.takeOver(new Owner(UUID.randomUUID(), "http://zombie"), System.currentTimeMillis());
      groups.database.execute("update wadi.consumer_groups set epoch = epoch + 1");
      assertThat(session.write(flush)).isFalse();
      assertThat(session.seek(3)).isFalse();
    }
    assertThat(groups.database.rows("select kind from wadi.group_ledger_1 where kind = 'd'"))
        .isEmpty();
    assertThat(groups.database.rows("select seq from wadi.group_dead")).isEmpty();
  }

  @Test
  void silent_owner_is_deposed_by_the_server() throws Exception {
    one.kill();
    two.kill();
    assertThat(Quickest.of(TAKEOVER, this::silentOwnerIsDeposed)).isLessThan(TAKEOVER);
    assertThat(drain(two, "group")).containsExactly(1L, 2L, 3L);
  }

  private Duration silentOwnerIsDeposed() throws Exception {
    two.kill();
    try (var zombie = acquire()) {
      zombie.takeOver(new Owner(UUID.randomUUID(), "http://zombie"), System.currentTimeMillis());
      two = groups.startAmongOthers("http://two");
      long silent = System.nanoTime();
      zombie.redriven();
      assertThatThrownBy(() -> await(two.receive("group", 1, 0)))
          .hasCauseInstanceOf(NotOwnerException.class);
      awaitServed(two);
      var took = Duration.ofNanos(System.nanoTime() - silent);
      assertThatThrownBy(zombie::redriven).isInstanceOf(java.sql.SQLException.class);
      return took;
    }
  }

  @Test
  void many_groups_are_all_served() throws Exception {
    two.close();
    for (int number = 0; number < 10; number++) {
      groups.create("group" + number);
    }
    one.refresh();
    for (int number = 0; number < 10; number++) {
      var group = "group" + number;
      org.awaitility.Awaitility.await().until(() -> Groups.isServed(one, group));
      assertThat(drain(one, group)).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void groups_spread_over_all_without_ending_a_lease() throws Exception {
    two.close();
    for (int number = 1; number < 6; number++) {
      groups.create("group" + number);
    }
    awaitServed(6, one);
    var message = receive(one, "group", 1);
    var waiting = waitEverywhere(one);

    two = groups.startAmongOthers("http://two");
    awaitServed(3, one, two);
    var three = groups.startAmongOthers("http://three");
    awaitServed(2, one, two, three);

    assertThat(ack(one, "group", message)).containsExactly(Outcome.DONE);
    for (var each : waiting) {
      assertThat(each.isCompletedExceptionally()).isFalse();
    }
    two.kill();
    awaitServed(3, one, three);
    three.kill();
    awaitServed(6, one);
    assertThat(drain(one, "group")).containsExactly(2L, 3L);
    groups.database.execute("update wadi.group_parked set not_before = now()");
    one.kill();
    one = groups.startAmongOthers("http://one");
    awaitServed(6, one);
    assertThat(drain(one, "group5")).containsExactlyInAnyOrder(1L, 2L, 3L);
  }

  @Test
  void groups_spread_over_processes_that_say_the_same_address() throws Exception {
    two.close();
    for (int number = 1; number < 6; number++) {
      groups.create("group" + number);
    }
    two = groups.startAmongOthers("http://one");
    var three = groups.startAmongOthers("http://one");
    awaitServed(2, one, two, three);
    assertThat(one.servedElsewhere("group")).isNull();
    three.close();
  }

  @Test
  void groups_whose_messages_are_out_stay_where_they_are() throws Exception {
    two.close();
    groups.create("group1");
    awaitServed(2, one);
    var messages = List.of(receive(one, "group", 1), receive(one, "group1", 1));

    two = groups.startAmongOthers("http://two");
    org.awaitility.Awaitility.await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(30))
        .until(() -> served(one) == 2);

    assertThat(ack(one, "group", messages.get(0))).containsExactly(Outcome.DONE);
    assertThat(ack(one, "group1", messages.get(1))).containsExactly(Outcome.DONE);
    assertThat(Groups.seqs(receive(one, "group", 1))).containsExactly(2L);
  }

  /** Looking by itself, a group would notice after 125 ms, in the median. */
  @Test
  void append_by_one_process_wakes_the_groups_of_others() throws Exception {
    Groups.drain(one, "group");
    two.refresh();
    var waited = new ArrayList<Duration>();
    for (int round = 0; round < 20; round++) {
      var message = one.receive("group", 1, 10_000);
      groups.append("key" + round);
      long appended = System.nanoTime();
      two.appended(Groups.EVENTS);
      ack(one, "group", await(message));
      waited.add(Duration.ofNanos(System.nanoTime() - appended));
    }
    Collections.sort(waited);
    assertThat(waited.get(waited.size() / 2)).isLessThan(Duration.ofMillis(60));
  }

  /** Receives that wait in every group but the first. */
  private static List<CompletableFuture<List<Message>>> waitEverywhere(Consumers consumers)
      throws Exception {
    var waiting = new ArrayList<CompletableFuture<List<Message>>>();
    for (int number = 1; number < 6; number++) {
      var group = "group" + number;
      Groups.nack(consumers, group, receive(consumers, group, 3), 600_000);
      waiting.add(consumers.receive(group, 1, 60_000));
    }
    return waiting;
  }

  private static void awaitServed(int each, Consumers... all) {
    org.awaitility.Awaitility.await()
        .atMost(LIMIT)
        .until(() -> java.util.Arrays.stream(all).allMatch(one -> served(one) == each));
  }

  private static int served(Consumers consumers) {
    int served = 0;
    for (var group : List.of("group", "group1", "group2", "group3", "group4", "group5")) {
      try {
        consumers.status(group);
        served++;
      } catch (NotOwnerException | UnknownGroupException e) {
        // Not here.
      }
    }
    return served;
  }

  /** The server may take a moment to notice that the owner is gone. */
  private GroupSession acquire() {
    return org.awaitility.Awaitility.await()
        .until(() -> GroupSession.acquire(sessions().open(), 1), java.util.Objects::nonNull);
  }

  private OwnerSessions sessions() {
    return new OwnerSessions(groups.database.dataSource(), OwnerSessions.LEAST_SILENCE_MS);
  }

  private static void awaitServed(Consumers consumers) {
    org.awaitility.Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> isServed(consumers));
  }

  private Consumers awaitServedByAny() {
    org.awaitility.Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> isServed(one) || isServed(two));
    return isServed(one) ? one : two;
  }

  private static boolean isServed(Consumers consumers) {
    try {
      return consumers.status("group").epoch() > 1;
    } catch (NotOwnerException e) {
      return false;
    }
  }
}
