package dev.wadi.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.Row;
import dev.wadi.consumer.DeliveryOracle.Delivered;
import dev.wadi.eventtable.EventTableAppend;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random producers, receivers, nacks, forgotten messages, killed owners and seeks, watched by an
 * oracle. The seeds fix what each does, not how the threads interleave.
 */
@Tag("slow")
class ConsumeModelTest {

  private static final int EVENTS = Integer.getInteger("wadi.model.events", 210_000) / 3;
  private static final int KEYS = 1_500;
  private static final int RECEIVERS = 4;
  private static final int ACK_WAIT_MS = 1_500;
  private static final String GROUP = "group";
  private static final int LIMIT_S = 300;

  private final ReentrantReadWriteLock world = new ReentrantReadWriteLock(true);
  private final AtomicBoolean producing = new AtomicBoolean(true);
  private final AtomicBoolean consuming = new AtomicBoolean(true);
  private final AtomicLong received = new AtomicLong();
  private Groups groups;
  private DeliveryOracle oracle;
  private volatile Consumers one;
  private volatile Consumers two;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothing_is_missed_reordered_shared_or_repeated(long seed) throws Exception {
    groups = new Groups();
    groups.create(definition -> definition.name(GROUP).ackWaitMs(ACK_WAIT_MS));
    oracle = new DeliveryOracle(ACK_WAIT_MS);
    one = groups.startAmongOthers("http://one");
    two = groups.startAmongOthers("http://two");
    var threads = Executors.newCachedThreadPool();
    try {
      var consumers = new ArrayList<Future<?>>();
      for (int number = 0; number < RECEIVERS; number++) {
        var random = new Random(seed * 100 + number);
        consumers.add(threads.submit(run(() -> receive(random))));
      }
      var chaos = threads.submit(run(() -> disturb(new Random(seed * 1000))));
      threads.submit(run(() -> produce(new Random(seed)))).get(LIMIT_S, TimeUnit.SECONDS);
      chaos.get(LIMIT_S, TimeUnit.SECONDS);
      awaitAllSettled(consumers);
      consuming.set(false);
      for (var consumer : consumers) {
        consumer.get(LIMIT_S, TimeUnit.SECONDS);
      }
    } finally {
      consuming.set(false);
      threads.shutdownNow();
      one.close();
      two.close();
    }

    assertThat(oracle.violations()).isEmpty();
    assertThat(oracle.missed(versions())).isEmpty();
    try (var connection = groups.database.dataSource().getConnection()) {
      assertThat(
              Verification.of(connection, Groups.EVENTS, groups.groups.list(), groups.filters)
                  .problems())
          .isEqualTo(List.of());
    }
  }

  private void produce(Random random) throws Exception {
    var append = new EventTableAppend(Groups.EVENTS);
    var versions = new HashMap<String, Long>();
    long number = 0;
    try (var connection = groups.database.dataSource().getConnection()) {
      while (number < EVENTS) {
        int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 1_500 : 200);
        var batch = new ArrayList<Change>();
        for (int place = 0; place < size && number < EVENTS; place++) {
          boolean hot = random.nextInt(150) == 0;
          var key = hot ? "hot" : "key" + random.nextInt(KEYS);
          long version = versions.merge(key, 1L, Long::sum);
          batch.add(change(key, version, ++number));
        }
        append(connection, append, batch, random);
        one.appended(Groups.EVENTS);
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(5_000)));
      }
    }
    producing.set(false);
  }

  private static void append(
      Connection connection, EventTableAppend append, List<Change> batch, Random random)
      throws Exception {
    boolean rolledBackFirst = random.nextInt(20) == 0;
    connection.setAutoCommit(false);
    if (rolledBackFirst) {
      Groups.append(connection, append, batch);
      connection.rollback();
    }
    Groups.append(connection, append, batch);
    connection.commit();
  }

  private static Change change(String key, long version, long number) {
    var record = new Row("{\"version\": " + version + "}");
    return new Change(
        Groups.SOURCE, Action.UPDATE, key, record, null, List.of(), number, number, 0, 1, null);
  }

  private void receive(Random random) throws Exception {
    while (consuming.get()) {
      int batchSize = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(400);
      var messages = receiveOnce(batchSize, random.nextInt(80));
      received.addAndGet(messages.size());
      settle(messages, random);
    }
  }

  private List<Message> receiveOnce(int batchSize, long waitMs) throws Exception {
    world.readLock().lock();
    try {
      long sent = System.nanoTime();
      List<Message> messages = List.of();
      for (var consumers : List.of(one, two)) {
        try {
          messages = Groups.await(consumers.receive(GROUP, batchSize, waitMs));
          break;
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(NotOwnerException.class);
        }
      }
      oracle.received(Delivered.of(messages), sent);
      return messages;
    } finally {
      world.readLock().unlock();
    }
  }

  private void settle(List<Message> messages, Random random) throws Exception {
    var acks = new ArrayList<Message>();
    var nacks = new ArrayList<Nack>();
    for (var message : messages) {
      int dice = random.nextInt(1000);
      if (dice < 2) {
        continue;
      }
      if (dice < 30) {
        oracle.givenBack(Delivered.of(message));
        long delayMs = random.nextBoolean() ? 0 : random.nextInt(300);
        nacks.add(new Nack(message.ackId(), delayMs, "refused"));
      } else {
        acks.add(message);
      }
    }
    if (!nacks.isEmpty()) {
      answer(consumers -> consumers.nack(GROUP, nacks));
    }
    if (!acks.isEmpty()) {
      long era = oracle.acking(Delivered.of(acks));
      var ids = Groups.ids(acks);
      var outcomes = answer(consumers -> consumers.ack(GROUP, ids));
      oracle.acked(Delivered.of(acks), outcomes, era);
    }
  }

  /**
   * What the owner answered; nothing if nobody did. If the first fails it may yet have settled what
   * the second then calls stale, so that answer says nothing.
   */
  private Map<String, Outcome> answer(
      Function<Consumers, CompletableFuture<Map<String, Outcome>>> request) throws Exception {
    var first = one;
    var second = two;
    try {
      return Groups.await(request.apply(first));
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(NotOwnerException.class);
    }
    try {
      var outcomes = new HashMap<>(Groups.await(request.apply(second)));
      outcomes.values().removeIf(outcome -> outcome == Outcome.STALE);
      return outcomes;
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(NotOwnerException.class);
      return Map.of();
    }
  }

  private void disturb(Random random) throws Exception {
    while (producing.get()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(400 + random.nextInt(1_200)));
      switch (random.nextInt(5)) {
        case 0, 1 -> replaceOne(Consumers::kill);
        case 2 -> replaceOne(Consumers::close);
        case 3 -> seek(random);
        default -> replaceTwo();
      }
    }
  }

  private void replaceOne(java.util.function.Consumer<Consumers> end) throws Exception {
    world.writeLock().lock();
    try {
      end.accept(one);
      oracle.leasesEnded();
      one = two;
      two = groups.startAmongOthers("http://next");
    } finally {
      world.writeLock().unlock();
    }
  }

  private void replaceTwo() throws Exception {
    world.writeLock().lock();
    try {
      two.kill();
      oracle.leasesEnded();
      two = groups.startAmongOthers("http://next");
    } finally {
      world.writeLock().unlock();
    }
  }

  private void seek(Random random) throws Exception {
    world.writeLock().lock();
    try {
      long newest = Long.parseLong(groups.database.rows("select max(id) from events").get(0));
      long first = Math.max(1, newest - random.nextInt(3_000));
      for (var consumers : List.of(one, two)) {
        try {
          Groups.await(consumers.seek(GROUP, StartPosition.from(first)));
          oracle.sought(versionsBelow(first));
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(NotOwnerException.class);
        }
      }
    } finally {
      world.writeLock().unlock();
    }
  }

  private void awaitAllSettled(List<Future<?>> consumers) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
    while (System.nanoTime() < end) {
      for (var consumer : consumers) {
        if (consumer.isDone()) {
          consumer.get();
        }
      }
      if (isAllSettled(one) || isAllSettled(two)) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    throw new AssertionError("not settled: " + oracle.violations());
  }

  private static boolean isAllSettled(Consumers consumers) {
    try {
      var status = consumers.status(GROUP);
      return status.lag() == 0 && status.parkedKeys() == 0 && status.cursor() == EVENTS;
    } catch (NotOwnerException e) {
      return false;
    }
  }

  private Map<String, Long> versions() {
    return versionsBelow(Long.MAX_VALUE);
  }

  private Map<String, Long> versionsBelow(long seq) {
    var versions = new HashMap<String, Long>();
    for (var row :
        groups.database.rows(
            "select record_pk, count(*) from events where id < " + seq + " group by record_pk")) {
      var parts = row.split("\\|");
      versions.put(parts[0], Long.valueOf(parts[1]));
    }
    return versions;
  }

  private static Callable<Boolean> run(Step step) {
    return () -> {
      step.run();
      return true;
    };
  }

  private interface Step {
    void run() throws Exception;
  }
}
