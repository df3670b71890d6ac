package dev.wadi.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.change.Action;
import dev.wadi.change.SourceTable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReadAheadTest {

  private static final int MEGABYTE = 1 << 20;
  private static final Relation TABLE =
      new Relation(new SourceTable(1, "public", "regions"), List.of("id"), new int[] {0});

  private final ReadAhead readAhead = new ReadAhead(1_000, 8 * MEGABYTE);

  @Test
  void a_batch_ends_at_its_most_changes() throws InterruptedException {
    for (int n = 0; n < 1_100; n++) {
      readAhead.add(change(n), 100);
    }
    readAhead.reached(7, 0);

    assertThat(taken()).hasSizeBetween(744, 1_000).startsWith(0L, 1L);
    assertThat(taken()).hasSizeBetween(100, 356).endsWith(1_099L);
    assertThat(taken()).isEmpty();
  }

  @Test
  void a_batch_ends_at_an_eighth_of_the_bytes_that_may_wait() throws InterruptedException {
    for (int n = 0; n < 3; n++) {
      readAhead.add(change(n), MEGABYTE);
    }
    readAhead.reached(7, 0);

    assertThat(taken()).containsExactly(0L);
    assertThat(taken()).containsExactly(1L);
    assertThat(taken()).containsExactly(2L);
  }

  @Test
  void a_change_larger_than_everything_that_may_wait_passes_alone() throws InterruptedException {
    readAhead.add(change(0), 20 * MEGABYTE);
    var next =
        CompletableFuture.runAsync(
            () -> {
              try {
                readAhead.add(change(1), MEGABYTE);
              } catch (InterruptedException ended) {
                throw new AssertionError(ended);
              }
            });

    assertThat(taken()).containsExactly(0L);
    await().until(next::isDone);
    assertThat(taken()).containsExactly(1L);
  }

  /** Row numbers of the next batch. */
  private List<Long> taken() throws InterruptedException {
    return readAhead.take(0).getChanges().stream().map(RawChange::lsn).toList();
  }

  private static RawChange change(long number) {
    var row = new String[] {String.valueOf(number)};
    return new RawChange(TABLE, Action.INSERT, null, row, 0, number, 0, 1, null);
  }
}
