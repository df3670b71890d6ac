package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.MeasuredLoad;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.kit.WadiProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of several Wadis on the same databases one captures and the others wait for their turn. */
@Tag("slow")
class HighAvailabilityIT {

  private static final long SEED = 11;
  private static final int PROCESSES = 3;
  private static final int KILLS = 3;
  private static final int TRANSACTIONS = 150;
  private static final int COPIED_ROWS = 10_000;
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final Duration TAKE_OVER_LIMIT = Duration.ofSeconds(5);

  @TempDir private Path folder;

  private final Database database = EmbeddedDatabase.create();
  private final List<WadiProcess> wadis = new ArrayList<>();
  private MeasuredLoad load;

  @BeforeEach
  void prepareDatabase() throws IOException {
    load = MeasuredLoad.on(database, folder, SEED);
  }

  @AfterEach
  void stopAll() {
    wadis.forEach(WadiProcess::close);
    load.close();
  }

  @Test
  void of_three_processes_another_captures_within_five_seconds_after_the_leader_is_killed()
      throws IOException {
    for (int process = 0; process < PROCESSES; process++) {
      start();
    }
    var delays = new ArrayList<Duration>();
    for (int kill = 0; kill < KILLS; kill++) {
      var leader = awaitOneLeader();
      var writers = load.round(TRANSACTIONS, COPIED_ROWS);
      awaitProgress();
      leader.killNine();
      delays.add(awaitTakeOver(writers));
      wadis.remove(leader);
      start();
      writers.join();
    }

    load.assertEveryChangeOnce();
    System.out.println("take-over after kill -9: " + delays);
    Collections.sort(delays);
    assertThat(delays.get(KILLS / 2)).as("median of %s", delays).isLessThan(TAKE_OVER_LIMIT);
    assertThat(wadis)
        .allSatisfy(wadi -> assertThat(wadi.output()).doesNotContain(" ERROR ", " waiting"));
  }

  @Test
  void a_leader_that_hangs_is_replaced_after_wal_sender_timeout_and_stands_by_when_it_wakes()
      throws IOException {
    database.execute("alter database " + database.name() + " set wal_sender_timeout = '5s'");
    var leader = start().awaitStreaming();
    var other = start();
    await().atMost(LIMIT).until(() -> other.health().standingBy());
    var writers = load.round(TRANSACTIONS, COPIED_ROWS);
    awaitProgress();

    leader.freeze();
    long frozen = System.nanoTime();
    await().atMost(LIMIT).until(() -> other.health().streaming());
    System.out.println("take-over after SIGSTOP: " + since(frozen));
    writers.join();
    leader.thaw();

    await().atMost(LIMIT).until(() -> leader.health().standingBy());
    load.round(TRANSACTIONS, COPIED_ROWS).join();
    load.assertEveryChangeOnce();
  }

  private WadiProcess start() throws IOException {
    var wadi = WadiProcess.start(folder, WadiEnvironment.of(database, load.routes()), "-Xmx256m");
    wadis.add(wadi);
    return wadi;
  }

  /** The one that captures, once all others say that they stand by. */
  private WadiProcess awaitOneLeader() {
    return await("one captures, the others stand by")
        .atMost(LIMIT)
        .until(this::onlyLeader, Optional::isPresent)
        .orElseThrow();
  }

  private Optional<WadiProcess> onlyLeader() {
    var leaders = wadis.stream().filter(wadi -> wadi.health().streaming()).toList();
    long others = wadis.stream().filter(wadi -> wadi.health().standingBy()).count();
    boolean isOnly = leaders.size() == 1 && others == wadis.size() - 1;
    return isOnly ? Optional.of(leaders.get(0)) : Optional.empty();
  }

  private void awaitProgress() {
    long before = load.stored();
    await("changes are stored")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> load.stored() > before);
  }

  /** How long it takes until changes are stored again. */
  private Duration awaitTakeOver(CompletableFuture<?> writers) {
    long killed = System.nanoTime();
    // What the killed one had sent may still be stored, so progress alone is no sign.
    await("another captures")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> wadis.stream().anyMatch(wadi -> wadi.health().streaming()));
    long before = load.stored();
    await("changes are stored, or all are")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> load.stored() > before || (writers.isDone() && load.stored() >= load.made()));
    return since(killed);
  }

  private static Duration since(long start) {
    return Duration.ofMillis((System.nanoTime() - start) / 1_000_000);
  }
}
