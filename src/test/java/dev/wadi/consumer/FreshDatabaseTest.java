package dev.wadi.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.eventtable.EventPartitions;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.stream.Streams;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** Timers that run before schema wadi is there find nothing to do, and nothing to complain of. */
class FreshDatabaseTest {

  @Test
  void retention_finds_nothing_due_before_the_schema_is_there() throws Exception {
    var database = EmbeddedDatabase.create().dataSource();
    var groups = new ConsumerGroups(database, new Streams(database), EventFilters.NONE);
    var partitions = new EventPartitions(database, Clock.systemUTC());
    partitions.createAhead();
    assertThat(new Retention(database, groups, partitions, true).due()).isEmpty();
  }
}
