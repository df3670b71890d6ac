package dev.wadi.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.postgres.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {

  @Test
  void one_process_serves_all() {
    var share = share(1, 0, 5);
    assertThat(share.mayTake()).isEqualTo(5);
    assertThat(share.surplus()).isZero();
  }

  @Test
  void what_a_newcomer_should_have_is_given_away_and_taken() {
    assertThat(share(2, 5, 0).surplus()).isEqualTo(2);
    assertThat(share(2, 0, 2, 3).mayTake()).isEqualTo(3);
    assertThat(share(2, 3, 2).mayTake()).isZero();
  }

  @Test
  void a_process_that_serves_none_gets_one_where_others_have_two() {
    assertThat(share(3, 2, 0, 2).surplus()).isEqualTo(1);
    assertThat(share(3, 1, 1, 2).mayTake()).isZero();
    assertThat(share(3, 0, 2, 1, 1).mayTake()).isEqualTo(2);
  }

  @Test
  void more_processes_than_groups_leave_some_idle_and_nothing_moves() {
    assertThat(share(3, 1, 0, 1).surplus()).isZero();
    assertThat(share(3, 0, 0, 1, 1).surplus()).isZero();
  }

  /** Each sees what was so a moment ago; all act at once; a free group goes to the first. */
  @ParameterizedTest
  @CsvSource({"1,7", "2,1", "2,9", "3,4", "3,100", "5,12", "7,50", "8,3"})
  void whatever_the_start_all_groups_are_served_and_evenly(int processes, int groups) {
    for (int crowded = 0; crowded < processes; crowded++) {
      int[] counts = new int[processes];
      counts[crowded] = groups / 2;
      int free = groups - counts[crowded];
      for (int round = 0; round < 2 * processes + groups; round++) {
        free = play(counts, free, groups);
      }
      assertThat(free).isZero();
      assertThat(max(counts) - min(counts)).isLessThanOrEqualTo(1);
    }
  }

  private static int play(int[] counts, int free, int groups) {
    var seen = counts.clone();
    int left = free;
    for (int place = 0; place < counts.length; place++) {
      var share = share(seen, place, free);
      assertThat(share.groups()).isEqualTo(groups);
      int taken = Math.min(left, share.mayTake());
      counts[place] += taken - share.surplus();
      left += share.surplus() - taken;
    }
    return left;
  }

  private static Share share(int[] counts, int place, int free) {
    var others = new ArrayList<Integer>();
    for (int other = 0; other < counts.length; other++) {
      if (other != place) {
        others.add(counts[other]);
      }
    }
    return share(
        counts.length, counts[place], free, others.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Share share(int processes, int own, int free, int... others) {
    var listed = new ArrayList<ConsumerGroup>();
    Set<String> names = new HashSet<>();
    for (int number = 0; number < own; number++) {
      names.add(add(listed, "own"));
    }
    for (int number = 0; number < free; number++) {
      add(listed, null);
    }
    for (int other = 0; other < others.length; other++) {
      for (int number = 0; number < others[other]; number++) {
        add(listed, "other" + other);
      }
    }
    return Share.of(listed, names, processes);
  }

  private static String add(List<ConsumerGroup> listed, String owner) {
    var definition = GroupDefinition.of("group" + listed.size(), "orders");
    var table = TableName.parse("events");
    listed.add(
        new ConsumerGroup(
            listed.size(),
            definition,
            table,
            false,
            owner != null,
            processOf(owner),
            "http://all"));
    return definition.name();
  }

  private static UUID processOf(String owner) {
    return owner == null ? null : UUID.nameUUIDFromBytes(owner.getBytes(UTF_8));
  }

  private static int max(int[] counts) {
    return java.util.Arrays.stream(counts).max().orElse(0);
  }

  private static int min(int[] counts) {
    return java.util.Arrays.stream(counts).min().orElse(0);
  }
}
