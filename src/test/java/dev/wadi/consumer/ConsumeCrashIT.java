package dev.wadi.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.consumer.DeliveryOracle.Delivered;
import dev.wadi.kit.ApiClient.Reply;
import dev.wadi.kit.Capture;
import dev.wadi.kit.TwoWadis;
import dev.wadi.postgres.TableName;
import dev.wadi.stream.Streams;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two real processes over HTTP under random producers, receivers, nacks, forgotten messages and
 * seeks, killed in turn with kill -9, watched by an oracle. The seed fixes what each does, not how
 * they interleave. {@code -Dwadi.crash.kills=100} makes it longer.
 */
@Tag("slow")
class ConsumeCrashIT {

  private static final long SEED = 20_241_126;
  private static final int KILLS = Integer.getInteger("wadi.crash.kills", 3);
  private static final List<String> GROUPS = List.of("one", "two", "three");

  /** Gives messages up after two deliveries; they are redriven. */
  private static final String DYING = "three";

  private static final int LEAST_EVENTS = Integer.getInteger("wadi.crash.events", 10_000);

  /** Producers are quicker than receivers that refuse; what is left at the end must be bounded. */
  private static final int MOST_AHEAD = 5_000;

  private static final int RECEIVERS_PER_GROUP = 2;
  private static final int KEYS = 1_000;
  private static final int ACK_WAIT_MS = 2_000;
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  /** Receives hold it shared, seeks alone. */
  private final ReentrantReadWriteLock world = new ReentrantReadWriteLock(true);

  private final AtomicBoolean producing = new AtomicBoolean(true);
  private final AtomicBoolean consuming = new AtomicBoolean(true);
  private final AtomicBoolean refusing = new AtomicBoolean(true);
  private final AtomicLong redriven = new AtomicLong();
  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong produced = new AtomicLong();
  private final Map<String, DeliveryOracle> oracles = new HashMap<>();
  private final List<Future<?>> running = new ArrayList<>();
  private TwoWadis wadis;

  @Test
  void nothing_is_missed_reordered_shared_or_repeated() throws Exception {
    GROUPS.forEach(
        group -> oracles.put(group, new DeliveryOracle(ACK_WAIT_MS, group.equals(DYING))));
    var threads = Executors.newCachedThreadPool();
    try (var started = new TwoWadis(folder, GROUPS, ", \"ack_wait_ms\": " + ACK_WAIT_MS)) {
      wadis = started;
      wadis.start(1);
      var twice = "{\"max_deliver\": 2}";
      assertThat(wadis.api(0).put("/api/consumer_groups/" + DYING, twice).status()).isEqualTo(200);
      running.add(threads.submit(run(() -> produce(new Random(SEED)))));
      running.add(threads.submit(run(() -> produce(new Random(SEED + 1)))));
      for (int number = 0; number < RECEIVERS_PER_GROUP * GROUPS.size(); number++) {
        var group = GROUPS.get(number % GROUPS.size());
        var random = new Random(SEED * 100 + number);
        running.add(threads.submit(run(() -> consume(group, random))));
      }
      disturb(new Random(SEED * 1000));
      awaitEvents();
      producing.set(false);
      refusing.set(false);
      awaitAllSettled();
      assertThat(redriven.get()).as("dead letters were redriven").isPositive();
      consuming.set(false);
      for (var each : running) {
        each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    } finally {
      producing.set(false);
      consuming.set(false);
      threads.shutdownNow();
    }

    var versions = versionsBelow(Long.MAX_VALUE);
    for (var group : GROUPS) {
      assertThat(oracles.get(group).violations()).as(group).isEmpty();
      assertThat(oracles.get(group).missed(versions)).as(group).isEmpty();
    }
    assertThat(verification()).isEmpty();
    assertThat(wadis.database().number("select sum(version) from orders"))
        .as("every change is an event, once")
        .isEqualTo(wadis.database().number("select count(*) from order_events"));
  }

  private void awaitReceivers() {
    await("receivers follow")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> !producing.get() || produced.get() - settled.get() / GROUPS.size() < MOST_AHEAD);
  }

  private void produce(Random random) throws Exception {
    try (var connection = wadis.database().connect()) {
      connection.setAutoCommit(false);
      while (producing.get()) {
        awaitReceivers();
        var keys = new TreeSet<String>();
        int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 20);
        for (int place = 0; place < size; place++) {
          keys.add(random.nextInt(400) == 0 ? "hot" : "key" + random.nextInt(KEYS));
        }
        try (var statement =
            connection.prepareStatement(
                "insert into orders select key, 1 from unnest(?::text[]) key on conflict (id)"
                    + " do update set version = orders.version + 1")) {
          statement.setArray(1, connection.createArrayOf("text", keys.toArray()));
          statement.executeUpdate();
        }
        boolean refused = random.nextInt(20) == 0;
        if (refused) {
          connection.rollback();
        } else {
          connection.commit();
          produced.addAndGet(keys.size());
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(20)));
      }
    }
  }

  private void consume(String group, Random random) throws Exception {
    while (consuming.get()) {
      var messages = receive(group, random);
      settled.addAndGet(messages.size());
      settle(group, messages, random);
    }
  }

  private List<Delivered> receive(String group, Random random) {
    int batchSize = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(300);
    var path = "/receive?wait_for=500&batch_size=" + batchSize;
    world.readLock().lock();
    try {
      long sent = System.nanoTime();
      var reply = call(random.nextInt(2), "GET", group, path, "");
      var messages = reply.status() == 200 ? delivered(reply.json()) : List.<Delivered>of();
      oracles.get(group).received(messages, sent);
      return messages;
    } finally {
      world.readLock().unlock();
    }
  }

  private void settle(String group, List<Delivered> messages, Random random) throws Exception {
    var oracle = oracles.get(group);
    var acks = new ArrayList<Delivered>();
    var nacks = new ArrayList<Map<String, Object>>();
    for (var message : messages) {
      int dice = refusing.get() ? random.nextInt(1000) : Integer.MAX_VALUE;
      if (dice < 3) {
        continue;
      }
      if (dice < 6) {
        extend(group, message, random);
        continue;
      }
      if (dice < (group.equals(DYING) ? 100 : 30)) {
        oracle.givenBack(message);
        int delayMs = random.nextBoolean() ? 0 : random.nextInt(300);
        nacks.add(Map.of("ack_id", message.ackId(), "delay_ms", delayMs));
      } else {
        acks.add(message);
      }
    }
    if (!nacks.isEmpty()) {
      call(random.nextInt(2), "POST", group, "/nack", json(Map.of("items", nacks)));
    }
    if (!acks.isEmpty()) {
      ack(group, acks, random.nextInt(2));
    }
  }

  /** Holds a message for longer or less long, and then forgets it. */
  private void extend(String group, Delivered message, Random random) throws Exception {
    long ms = 100 + random.nextInt(2 * ACK_WAIT_MS);
    long sent = System.nanoTime();
    var body = json(Map.of("ack_ids", List.of(message.ackId()), "ms", ms));
    var reply = call(random.nextInt(2), "POST", group, "/extend", body);
    boolean extended =
        reply.status() == 200 && reply.text("/results/" + message.ackId()).equals("extended");
    oracles.get(group).extended(message, sent, ms, extended);
  }

  /** If the first process does not answer it may yet have settled what the second calls stale. */
  private void ack(String group, List<Delivered> acks, int first) throws Exception {
    var oracle = oracles.get(group);
    long era = oracle.acking(acks);
    var body = json(Map.of("ack_ids", acks.stream().map(Delivered::ackId).toList()));
    var reply = call(first, "POST", group, "/ack", body);
    boolean answered = reply.status() == 200;
    if (!answered) {
      reply = call(1 - first, "POST", group, "/ack", body);
    }
    var outcomes = new HashMap<String, Outcome>();
    if (reply.status() == 200) {
      var results = reply.json().path("results");
      acks.forEach(ack -> outcomes.put(ack.ackId(), outcome(results.path(ack.ackId()).asText())));
    }
    if (!answered) {
      outcomes.values().removeIf(outcome -> outcome == Outcome.STALE);
    }
    oracle.acked(acks, outcomes, era);
  }

  private void disturb(Random random) throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      awaitProgress(300 + random.nextInt(700));
      seek(GROUPS.get(random.nextInt(GROUPS.size())), random);
      awaitProgress(300 + random.nextInt(700));
      int victim = kill % 2 == 0 ? 0 : 1;
      oracles.values().forEach(DeliveryOracle::leasesMayEnd);
      wadis.killNine(victim);
      oracles.values().forEach(DeliveryOracle::leasesEnded);
      awaitProgress(500 + random.nextInt(500));
      wadis.start(victim);
      redrive(random);
    }
  }

  private void redrive(Random random) {
    var reply = call(random.nextInt(2), "POST", DYING, "/dead/redrive", "");
    if (reply.status() == 200) {
      redriven.addAndGet(Long.parseLong(reply.text("/redriven")));
    }
  }

  private void awaitEvents() {
    await("enough events")
        .atMost(LIMIT)
        .failFast(this::requireRunning)
        .until(() -> wadis.database().number("select count(*) from order_events") >= LEAST_EVENTS);
  }

  private void seek(String group, Random random) throws Exception {
    world.writeLock().lock();
    try {
      long newest = wadis.database().number("select max(id) from order_events");
      long first = Math.max(1, newest - random.nextInt(2_000));
      await("the group is sought")
          .atMost(LIMIT)
          .until(() -> call(0, "POST", group, "/seek", "{\"to\": " + first + "}").status() == 200);
      oracles.get(group).sought(versionsBelow(first));
    } finally {
      world.writeLock().unlock();
    }
  }

  private void awaitProgress(int messages) {
    long goal = settled.get() + messages;
    await("messages are settled")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .failFast(this::requireRunning)
        .until(() -> settled.get() >= goal);
  }

  private void requireRunning() throws Exception {
    for (var each : running) {
      if (each.isDone()) {
        each.get();
      }
    }
  }

  private void awaitAllSettled() {
    Capture.awaitCaughtUp(wadis.database());
    long newest = wadis.database().number("select max(id) from order_events");
    for (var group : GROUPS) {
      await(group + " has settled all")
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> isSettled(call(1, "GET", group, "/status", ""), newest));
    }
    await("every dead letter is redriven and acked")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(this::isNoneDead);
  }

  private boolean isNoneDead() {
    redrive(new Random(SEED));
    return call(1, "GET", DYING, "/dead", "").text("/count").equals("0");
  }

  private static boolean isSettled(Reply status, long newest) {
    return status.status() == 200
        && status.text("/cursor").equals(Long.toString(newest))
        && status.text("/parked_keys").equals("0")
        && status.text("/in_flight").equals("0");
  }

  /** The answer of a process; status 0 if it does not answer. Anything but 200 and 503 is wrong. */
  private Reply call(int process, String method, String group, String path, String body) {
    try {
      var reply = wadis.api(process).call(method, "/api/consumer_groups/" + group + path, body);
      assertThat(reply.status()).as(reply.body()).isIn(200, 503);
      return reply;
    } catch (IllegalStateException e) {
      return new Reply(0, "", null);
    }
  }

  private static List<Delivered> delivered(JsonNode page) {
    var delivered = new ArrayList<Delivered>();
    for (var message : page.path("data")) {
      var metadata = message.at("/data/metadata");
      delivered.add(
          new Delivered(
              message.path("ack_id").asText(),
              metadata.path("record_pk").asText(),
              message.at("/data/record/version").asLong(),
              metadata.path("seq").asLong(),
              metadata.path("deliver_count").asInt()));
    }
    return delivered;
  }

  private static Outcome outcome(String text) {
    return text.equals("acked") ? Outcome.DONE : Outcome.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private Map<String, Long> versionsBelow(long seq) {
    var versions = new HashMap<String, Long>();
    for (var row :
        wadis
            .database()
            .rows(
                "select record_pk, count(*) from order_events where id < "
                    + seq
                    + " group by record_pk")) {
      var parts = row.split("\\|");
      versions.put(parts[0], Long.valueOf(parts[1]));
    }
    return versions;
  }

  private List<String> verification() throws SQLException {
    var source = wadis.database().dataSource();
    EventFilters none = json -> event -> true;
    var groups = new ConsumerGroups(source, new Streams(source), none);
    try (var connection = source.getConnection()) {
      var events = TableName.parse("public.order_events");
      return Verification.of(connection, events, groups.list(), none).problems();
    }
  }

  private static String json(Object body) throws Exception {
    return JSON.writeValueAsString(body);
  }

  private static java.util.concurrent.Callable<Boolean> run(Step step) {
    return () -> {
      step.run();
      return true;
    };
  }

  private interface Step {
    void run() throws Exception;
  }
}
