package dev.wadi;

import static dev.wadi.WadiForApi.ackIds;
import static dev.wadi.WadiForApi.keys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Quickest;
import dev.wadi.kit.TwoWadis;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes share the consumer groups, and one of them is killed. */
@Tag("slow")
class SeveralProcessesIT {

  /** A group that was not taken by the one it was meant for stays where it is for a minute. */
  private static final Duration LIMIT = Duration.ofSeconds(150);

  private static final Duration TAKEOVER = Duration.ofSeconds(3);
  private static final List<String> GROUPS = List.of("g1", "g2", "g3", "g4", "g5", "g6");
  private static final int EVENTS = 300;

  @TempDir private Path folder;

  @Test
  void groups_are_spread_and_the_survivor_serves_all_in_time_and_repeats_no_ack() throws Exception {
    try (var wadis = new TwoWadis(folder, GROUPS, "")) {
      wadis
          .database()
          .execute("insert into orders select n, 1 from generate_series(1, " + EVENTS + ") n");
      Capture.awaitCaughtUp(wadis.database());
      wadis.start(1);
      await("the groups are spread")
          .atMost(LIMIT)
          .until(() -> wadis.served(0) == 3 && wadis.served(1) == 3);

      var acked = new HashMap<String, List<String>>();
      var late = new HashMap<String, List<String>>();
      for (var group : GROUPS) {
        var ids = new ArrayList<String>();
        var received = new ArrayList<String>();
        while (ids.size() < 100) {
          var messages = receive(wadis.api(1), group, 100 - ids.size());
          ids.addAll(ackIds(messages));
          received.addAll(keys(messages));
        }
        var answered = ack(wadis.api(0), group, ids.subList(0, 50));
        assertThat(results(answered, ids.subList(0, 50))).containsOnly("acked");
        acked.put(group, received.subList(0, 50));
        late.put(group, ids.subList(50, 100));
      }
      var survivors = servedBy(wadis, 1);

      var taken = new ArrayDeque<>(List.of(killAndTakeOver(wadis)));
      for (var group : GROUPS) {
        var answered = ack(wadis.api(1), group, late.get(group));
        boolean stayed = survivors.contains(group);
        assertThat(results(answered, late.get(group))).containsOnly(stayed ? "acked" : "stale");
        assertThat(drain(wadis.api(1), group))
            .hasSize(stayed ? EVENTS - 100 : EVENTS - 50)
            .doesNotHaveDuplicates()
            .doesNotContainAnyElementsOf(acked.get(group));
      }
      assertThat(wadis.output(1)).doesNotContain(" ERROR ");

      restart(wadis);
      for (var group : GROUPS) {
        await("each answers for all")
            .atMost(LIMIT)
            .until(() -> wadis.api(1).get(path(group, "status")).text("/lag").equals("0"));
      }
      var quickest =
          Quickest.of(
              TAKEOVER,
              () -> {
                if (!taken.isEmpty()) {
                  return taken.pop();
                }
                var took = killAndTakeOver(wadis);
                restart(wadis);
                return took;
              });
      assertThat(quickest).isLessThan(TAKEOVER);
    }
  }

  /** How long it takes until the survivor serves all. */
  private static Duration killAndTakeOver(TwoWadis wadis) {
    long killed = System.nanoTime();
    wadis.killNine(0);
    await("the survivor serves all")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> GROUPS.stream().allMatch(group -> isServed(wadis.api(1), group)));
    return Duration.ofNanos(System.nanoTime() - killed);
  }

  private static void restart(TwoWadis wadis) throws IOException {
    wadis.start(0);
    await("the groups are spread again")
        .atMost(LIMIT)
        .until(() -> wadis.served(0) == 3 && wadis.served(1) == 3);
  }

  private static boolean isServed(ApiClient api, String group) {
    return api.get(path(group, "status")).status() == 200;
  }

  private static List<String> servedBy(TwoWadis wadis, int number) {
    return wadis
        .database()
        .rows(
            "select name from wadi.consumer_groups where owner_url = '" + wadis.url(number) + "'");
  }

  /** In time a process that has just given a group away answers 503. */
  private static ApiClient.Reply receive(ApiClient api, String group, int batchSize) {
    return await(group + " is served")
        .atMost(LIMIT)
        .until(
            () -> api.get(path(group, "receive") + "?wait_for=500&batch_size=" + batchSize),
            reply -> reply.status() == 200);
  }

  private static ApiClient.Reply ack(ApiClient api, String group, List<String> ids) {
    return await(group + " is served")
        .atMost(LIMIT)
        .until(() -> api.post(path(group, "ack"), ackIds(ids)), reply -> reply.status() == 200);
  }

  private static List<String> drain(ApiClient api, String group) {
    var drained = new ArrayList<String>();
    await(group + " is drained")
        .atMost(LIMIT)
        .until(
            () -> {
              var received = receive(api, group, 1000);
              if (keys(received).isEmpty()) {
                return api.get(path(group, "status")).text("/lag").equals("0");
              }
              drained.addAll(keys(received));
              api.post(path(group, "ack"), ackIds(ackIds(received)));
              return false;
            });
    return drained;
  }

  private static List<String> results(ApiClient.Reply answered, List<String> ids) {
    var results = new HashMap<String, String>(Map.of());
    ids.forEach(id -> results.put(id, answered.text("/results/" + id)));
    return List.copyOf(results.values());
  }

  private static String path(String group, String call) {
    return "/api/consumer_groups/" + group + "/" + call;
  }
}
