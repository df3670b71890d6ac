package dev.wadi.consumer;

import static dev.wadi.consumer.Groups.ack;
import static dev.wadi.consumer.Groups.await;
import static dev.wadi.consumer.Groups.drain;
import static dev.wadi.consumer.Groups.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two processes on one database, here two engines in one. */
@Tag("slow")
class OwnershipTest {

  private static final Duration TAKEOVER = Duration.ofSeconds(3);

  private Groups groups;
  private Consumers one;
  private Consumers two;

  @BeforeEach
  void start() throws Exception {
    groups = new Groups();
    groups.append("a", "b", "c");
    groups.create("group");
    one = groups.start(Clock.systemUTC(), "http://one");
    two = groups.start(Clock.systemUTC(), "http://two");
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
  void another_takes_over_in_time_and_repeats_nothing_that_was_acked() throws Exception {
    var messages = receive(one, "group", 3);
    ack(one, "group", messages.subList(0, 2));
    one.kill();
    awaitServed(two);

    assertThatThrownBy(() -> await(one.ack("group", Groups.ids(messages))))
        .hasCauseInstanceOf(NotOwnerException.class);
    assertThat(ack(two, "group", messages)).containsOnly(Outcome.STALE);
    assertThat(drain(two, "group")).containsExactly(3L);
  }

  @Test
  void owner_that_shuts_down_hands_over() throws Exception {
    ack(one, "group", receive(one, "group", 2));
    one.close();
    assertThat(groups.database.rows("select owner_url from wadi.consumer_groups"))
        .containsExactly("");
    awaitServed(two);
    assertThat(drain(two, "group")).containsExactly(3L);
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
            java.util.List.of(),
            java.util.List.of(),
            java.util.List.of(new Flush.Dead(1, 1, "late")),
            java.util.List.of());
    try (var session = acquire()) {
      session.takeOver("http://zombie");
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
    try (var zombie = acquire()) {
      zombie.takeOver("http://zombie");
      two = groups.start(Clock.systemUTC(), "http://two");
      assertThatThrownBy(() -> await(two.receive("group", 1, 0)))
          .hasCauseInstanceOf(NotOwnerException.class);
      awaitServed(two);
      assertThat(drain(two, "group")).containsExactly(1L, 2L, 3L);
      assertThatThrownBy(zombie::redriven).isInstanceOf(java.sql.SQLException.class);
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
      assertThat(drain(one, "group" + number)).containsExactly(1L, 2L, 3L);
    }
  }

  /** The server may take a moment to notice that the owner is gone. */
  private GroupSession acquire() {
    return org.awaitility.Awaitility.await()
        .until(
            () -> GroupSession.acquire(groups.database.dataSource().getConnection(), 1),
            java.util.Objects::nonNull);
  }

  private static void awaitServed(Consumers consumers) {
    org.awaitility.Awaitility.await()
        .atMost(TAKEOVER)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> isServed(consumers));
  }

  private Consumers awaitServedByAny() {
    org.awaitility.Awaitility.await()
        .atMost(TAKEOVER)
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
