package dev.wadi.consumer;

import dev.wadi.postgres.TableName;
import dev.wadi.stream.StreamEvent;
import dev.wadi.stream.ValidationException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consuming: receive, ack, nack, extend and the rest, for every group that this process owns.
 *
 * <p>No method here waits for the database except {@link #start}, {@link #refresh} and {@link
 * #close}. Futures fail with {@link UnknownGroupException}, {@link NotOwnerException} (another
 * process serves the group, or none does just now), {@link TooManyWaitingException} or {@link
 * ValidationException}; they are completed on a thread of their own, and a slow callback delays
 * other answers.
 */
public final class Consumers implements AutoCloseable {

  public static final int MAX_BATCH_SIZE = 1_000;
  public static final int MAX_ACK_IDS = 1_000;
  public static final long MAX_WAIT_MS = 300_000;
  public static final long MAX_EXTEND_MS = 86_400_000;
  public static final int MAX_LIST = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger("wadi.consumer");
  private static final long REFRESH_MS = 500;
  private static final int ANSWERING_THREADS = 2;
  private static final long HAND_OVER_SECONDS = 5;

  private record Served(GroupEngine engine, GroupWorker worker) {}

  private final DataSource sessions;
  private final ConsumerGroups groups;
  private final EventFilters filters;
  private final @Nullable String ownUrl;
  private final Clock clock;
  private final Limits limits;
  private final Map<String, Served> served = new ConcurrentHashMap<>();
  private volatile Map<String, ConsumerGroup> known = Map.of();
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(task -> thread(task, "wadi-groups"));
  private final ExecutorService answering =
      Executors.newFixedThreadPool(ANSWERING_THREADS, task -> thread(task, "wadi-answers"));
  private boolean closed;
  private String problem = "";

  /**
   * @param sessions gives a new connection each time, not one of a pool; each owned group keeps one
   * @param ownUrl where other processes reach this one; null if they cannot
   */
  public Consumers(
      DataSource sessions,
      ConsumerGroups groups,
      EventFilters filters,
      @Nullable String ownUrl,
      Clock clock) {
    this(sessions, groups, filters, ownUrl, clock, Limits.DEFAULT);
  }

  Consumers(
      DataSource sessions,
      ConsumerGroups groups,
      EventFilters filters,
      @Nullable String ownUrl,
      Clock clock,
      Limits limits) {
    this.sessions = sessions;
    this.groups = groups;
    this.filters = filters;
    this.ownUrl = ownUrl;
    this.clock = clock;
    this.limits = limits;
  }

  /** Begins to own groups: those that nobody owns, now and whenever one becomes free. */
  public void start() {
    schedule.scheduleWithFixedDelay(this::refreshOrLog, 0, REFRESH_MS, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes notice of groups that were created, changed or deleted; otherwise that takes up to half a
   * second.
   */
  public synchronized void refresh() throws SQLException {
    if (closed) {
      return;
    }
    var listed = new HashMap<String, ConsumerGroup>();
    groups.list().forEach(group -> listed.put(group.name(), group));
    known = Map.copyOf(listed);
    served.values().removeIf(each -> each.worker().hasEnded());
    for (var each : served.entrySet()) {
      var group = listed.get(each.getKey());
      boolean same = group != null && group.id() == each.getValue().engine().group().id();
      if (same) {
        each.getValue().engine().configure(group);
      } else {
        each.getValue().worker().kill();
        served.remove(each.getKey());
      }
    }
    for (var group : listed.values()) {
      if (!group.owned() && !served.containsKey(group.name())) {
        acquireOrLog(group);
      }
    }
  }

  /** Says that an event table has new events; otherwise they are noticed within 250 ms. */
  public void appended(TableName table) {
    for (var each : served.values()) {
      if (each.engine().group().table().equals(table)) {
        each.worker().appended();
      }
    }
  }

  /**
   * Hands out the next messages in the order of their seqs, at most one per key.
   *
   * @param batchSize most messages, 1 to {@link #MAX_BATCH_SIZE}
   * @param waitMs how long to wait for the first one, 0 to {@link #MAX_WAIT_MS} ms
   * @return completed as soon as there is a message, or with an empty list when the time is over;
   *     cancel it when the receiver hangs up, and nack what it was completed with before
   */
  public CompletableFuture<List<Message>> receive(String group, int batchSize, long waitMs) {
    return with(
        group,
        each -> {
          requireBetween("batch_size", batchSize, 1, MAX_BATCH_SIZE);
          requireBetween("wait_for", waitMs, 0, MAX_WAIT_MS);
          return each.engine().receive(batchSize, waitMs);
        });
  }

  /**
   * Settles messages.
   *
   * @param ackIds 1 to {@link #MAX_ACK_IDS}
   * @return per ack id what became of it, once that is safe in the database
   */
  public CompletableFuture<Map<String, Outcome>> ack(String group, List<String> ackIds) {
    return with(
        group,
        each -> {
          requireBetween("ack_ids", ackIds.size(), 1, MAX_ACK_IDS);
          return each.engine().ack(ackIds);
        });
  }

  /**
   * Gives messages back.
   *
   * @param nacks 1 to {@link #MAX_ACK_IDS}
   * @return per ack id what became of it, once that is safe in the database
   */
  public CompletableFuture<Map<String, Outcome>> nack(String group, List<Nack> nacks) {
    return with(
        group,
        each -> {
          requireBetween("ack_ids", nacks.size(), 1, MAX_ACK_IDS);
          return each.engine().nack(nacks);
        });
  }

  /**
   * Holds messages for their receiver for so long from now.
   *
   * @param ackIds 1 to {@link #MAX_ACK_IDS}
   * @param ms 0 to {@link #MAX_EXTEND_MS}
   */
  public CompletableFuture<Map<String, Outcome>> extend(
      String group, List<String> ackIds, long ms) {
    return with(
        group,
        each -> {
          requireBetween("ack_ids", ackIds.size(), 1, MAX_ACK_IDS);
          requireBetween("ms", ms, 0, MAX_EXTEND_MS);
          return each.engine().extend(ackIds, ms);
        });
  }

  /** Sends a group elsewhere: every ack id given out so far is stale when this is completed. */
  public CompletableFuture<Boolean> seek(String group, StartPosition to) {
    return with(group, each -> each.worker().seek(to));
  }

  /**
   * Delivers dead letters once more; one that fails again goes back.
   *
   * @param seqs which, at most {@link #MAX_LIST}; null for the oldest
   * @return how many it became; there are never more than 1,000 under way
   */
  public CompletableFuture<Integer> redrive(String group, @Nullable List<Long> seqs) {
    return with(
        group,
        each -> {
          requireBetween("seqs", seqs == null ? 0 : seqs.size(), 0, MAX_LIST);
          return each.worker().redrive(seqs);
        });
  }

  /**
   * @throws UnknownGroupException if there is no such group
   * @throws NotOwnerException if this process does not serve it
   */
  public GroupStatus status(String group) {
    return find(group).engine().status();
  }

  /** The groups that this process serves, by name, without their dead letters. */
  List<GroupFigures> figures() {
    var figures = new ArrayList<GroupFigures>();
    for (var each : new TreeMap<>(served).entrySet()) {
      var engine = each.getValue().engine();
      try {
        var status = engine.status();
        figures.add(
            new GroupFigures(
                each.getKey(), engine.group().id(), status, engine.delivered(), engine.acked(), 0));
      } catch (NotOwnerException e) {
        // Another process serves it from here on and tells its figures.
      }
    }
    return figures;
  }

  /** Where another process serves a group; null if this one does, or no other is known to. */
  public @Nullable String servedElsewhere(String group) {
    var own = served.get(group);
    boolean isServedHere = own != null && !own.worker().hasEnded();
    var found = known.get(group);
    if (isServedHere || found == null || !found.owned()) {
      return null;
    }
    var url = found.ownerUrl();
    return url == null || url.equals(ownUrl) ? null : url;
  }

  /**
   * Keys that are failing now, by head.
   *
   * @param most 1 to {@link #MAX_LIST}
   * @throws UnknownGroupException if there is no such group
   * @throws NotOwnerException if this process does not serve it
   */
  public List<BlockedKey> blocked(String group, int most) {
    requireBetween("limit", most, 1, MAX_LIST);
    return find(group).engine().blocked(most);
  }

  /** Hands every group over: what was acked is written down, then others may own them. */
  @Override
  public void close() {
    schedule.shutdownNow();
    synchronized (this) {
      closed = true;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HAND_OVER_SECONDS);
      served.values().forEach(each -> each.worker().stop());
      served.values().forEach(each -> awaitEnd(each.worker(), end));
      served.clear();
    }
    answering.shutdown();
  }

  /** Ends as if the process had died. */
  void kill() {
    schedule.shutdownNow();
    synchronized (this) {
      closed = true;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HAND_OVER_SECONDS);
      served.values().forEach(each -> each.worker().kill());
      served.values().forEach(each -> awaitEnd(each.worker(), end));
      served.clear();
    }
    answering.shutdown();
  }

  private void acquireOrLog(ConsumerGroup group) {
    try {
      acquire(group);
    } catch (SQLException | RuntimeException e) {
      LOG.warn("group {}: cannot be served yet: {}", group.name(), e.getMessage());
    }
  }

  private void acquire(ConsumerGroup group) throws SQLException {
    var session = GroupSession.acquire(sessions.getConnection(), group.id());
    if (session == null) {
      return;
    }
    var engine = new GroupEngine(group, clock, answering);
    try {
      var worker = new GroupWorker(engine, session, limits, filter(group.definition()), ownUrl);
      worker.takeOver();
      served.put(group.name(), new Served(engine, worker));
      thread(worker, "wadi-group-" + group.name()).start();
    } catch (SQLException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private Predicate<StreamEvent> filter(GroupDefinition definition) {
    var json = definition.filters();
    return json == null ? event -> true : filters.read(json);
  }

  private void refreshOrLog() {
    try {
      refresh();
      problem = "";
    } catch (SQLException | RuntimeException e) {
      var message = String.valueOf(e.getMessage());
      if (!message.equals(problem)) {
        LOG.warn("consumer groups: cannot be read; trying again: {}", message);
      }
      problem = message;
    }
  }

  private interface Request<T> {
    CompletableFuture<T> to(Served served);
  }

  private <T> CompletableFuture<T> with(String group, Request<T> request) {
    try {
      return request.to(find(group));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Served find(String name) {
    var found = served.get(name);
    if (found != null && !found.worker().hasEnded()) {
      return found;
    }
    var group = known.get(name);
    if (group == null) {
      throw new UnknownGroupException(name);
    }
    throw new NotOwnerException(name, group.owned() ? group.ownerUrl() : null);
  }

  private static void awaitEnd(GroupWorker worker, long end) {
    long left = Math.max(0, end - System.nanoTime());
    try {
      worker.stop().get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      worker.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      worker.kill();
    }
  }

  private static void requireBetween(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw ValidationException.of(
          field, "must be between %d and %d (got %d)".formatted(least, most, value));
    }
  }

  private static Thread thread(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
