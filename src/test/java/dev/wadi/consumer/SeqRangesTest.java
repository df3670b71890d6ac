package dev.wadi.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SeqRangesTest {

  @Test
  void ranges_that_touch_become_one() {
    var ranges = new SeqRanges();
    ranges.addAll("{[1,3),[5,6)}");
    assertThat(ranges).hasToString("{[1,3),[5,6)}");
    ranges.add(3);
    ranges.add(4);
    ranges.add(4);
    assertThat(ranges).hasToString("{[1,6)}");
    ranges.addAll("{}");
    ranges.dropBelow(6);
    assertThat(ranges.isEmpty()).isTrue();
    assertThat(ranges).hasToString("{}");
  }

  @Test
  void set_of_ranges_is_the_set_of_its_seqs() {
    var random = new Random(1);
    var ranges = new SeqRanges();
    var seqs = new TreeSet<Long>();
    for (int turn = 0; turn < 3_000; turn++) {
      long first = random.nextInt(5_000);
      int size = 1 + random.nextInt(4);
      ranges.addAll("{[" + first + "," + (first + size) + ")}");
      for (long seq = first; seq < first + size; seq++) {
        seqs.add(seq);
      }
      var copy = new SeqRanges();
      copy.addAll(ranges.toString());
      assertThat(copy).hasToString(ranges.toString());
    }
    for (long seq = 0; seq < 5_010; seq++) {
      assertThat(ranges.contains(seq)).isEqualTo(seqs.contains(seq));
    }
    assertThat(ranges.last()).isEqualTo(seqs.last());
  }
}
