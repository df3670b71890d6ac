package dev.wadi.consumer;

import static dev.wadi.consumer.Groups.ack;
import static dev.wadi.consumer.Groups.nack;
import static dev.wadi.consumer.Groups.receive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.eventtable.EventPartitions;
import java.time.Clock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How far retention may go is what groups have written down, whichever process serves them. */
class RetentionDueTest {

  @Test
  void what_a_group_has_not_settled_stays() throws Exception {
    var groups = new Groups();
    groups.database.execute(
        "comment on table %s is 'wadi: event table, retention 1 days'"
            .formatted(Groups.EVENTS.quoted()));
    groups.append("a", "b", "c", "d");
    groups.create("group");
    var partitions = new EventPartitions(groups.database.dataSource(), Clock.systemUTC());
    var retention = new Retention(groups.database.dataSource(), groups.groups, partitions, true);

    assertThat(retention.due().get(0).settled()).isZero();
    try (var consumers = groups.start()) {
      var messages = receive(consumers, "group", 4);
      ack(consumers, "group", messages.subList(0, 1));
      assertThat(retention.due().get(0).settled()).isEqualTo(1);

      nack(consumers, "group", messages.subList(2, 3), 600_000);
      ack(consumers, "group", messages.subList(1, 2));
      ack(consumers, "group", messages.subList(3, 4));
      Awaitility.await("the parked key holds its event, the cursor goes on")
          .until(() -> consumers.status("group").cursor() == 4);
      assertThat(retention.due().get(0).settled()).isEqualTo(2);
    }
    assertThat(retention.due().get(0).settled()).isEqualTo(2);
    groups.database.execute("comment on table %s is 'ours'".formatted(Groups.EVENTS.quoted()));
    assertThat(retention.due()).isEmpty();
  }
}
