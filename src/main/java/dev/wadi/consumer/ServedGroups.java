package dev.wadi.consumer;

import dev.wadi.postgres.TableName;
import dev.wadi.stream.StreamEvent;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups that this process serves: becomes their owner, and ends it.
 *
 * <p>Several processes share the groups by {@link Share}. What is too much is given away only while
 * none of the group's messages is out, so that spreading ends no lease.
 */
final class ServedGroups {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.consumer");
  private static final long HAND_OVER_SECONDS = 5;

  /** A group that is free for so long is taken by anyone: whose turn it is may not be able to. */
  private static final long ABANDONED_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What is seen for shorter than that may be a hand-over that is under way. */
  private static final long UNEVEN_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

  /** A group that was taken out of turn, or could not be given away, stays for so long. */
  private static final long STAY_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Taking a group over is some ways there and back, and there may be many groups. */
  private static final int TAKING_THREADS = 4;

  /** A group and the thread behind it. */
  record Served(GroupEngine engine, GroupWorker worker) {}

  private final OwnerSessions sessions;
  private final EventFilters filters;
  private final Owner own;
  private final Clock clock;
  private final Limits limits;
  private final Executor answering;
  private final Map<String, Served> served = new ConcurrentHashMap<>();

  private final ExecutorService taking =
      Executors.newFixedThreadPool(TAKING_THREADS, task -> thread(task, "wadi-taking-over"));
  private final KnownGroups known;
  private final Processes processes;

  /** Since when groups are free, as {@link System#nanoTime}. */
  private final Map<String, Long> freeSince = new HashMap<>();

  /** Until when groups are not given away. */
  private final Map<String, Long> stays = new HashMap<>();

  private @Nullable Long unevenSince;
  private volatile boolean others;
  private boolean closed;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * @param own this process
   * @param answering completes futures
   */
  ServedGroups(
      OwnerSessions sessions,
      ConsumerGroups groups,
      EventFilters filters,
      Owner own,
      Clock clock,
      Limits limits,
      Executor answering) {
    this.sessions = sessions;
    this.processes = new Processes(sessions);
    this.known = new KnownGroups(groups);
    this.filters = filters;
    this.own = own;
    this.clock = clock;
    this.limits = limits;
    this.answering = answering;
  }

  /** Takes notice of groups that were created, changed, deleted or became free. */
  synchronized void refresh() throws SQLException {
    if (closed) {
      return;
    }
    int count = processes.count();
    others = count > 1;
    var listed = known.read();
    served.values().removeIf(each -> each.worker().hasEnded());
    stays.keySet().retainAll(served.keySet());
    freeSince.keySet().retainAll(listed.keySet());
    configure(listed);
    var share = Share.of(listed.values(), served.keySet(), count);
    take(listed.values(), share.mayTake());
    give(share.surplus());
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

  private void configure(Map<String, ConsumerGroup> listed) {
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
  }

  private void take(Collection<ConsumerGroup> listed, int most) {
    long now = System.nanoTime();
    int left = most;
    var taken = new ArrayList<CompletableFuture<Void>>();
    for (var group : listed) {
      boolean free = !group.owned() && !served.containsKey(group.name());
      if (!free) {
        freeSince.remove(group.name());
        continue;
      }
      boolean abandoned = now - freeSince.computeIfAbsent(group.name(), n -> now) > ABANDONED_NANOS;
      if (left > 0 || abandoned) {
        if (left == 0) {
          stays.put(group.name(), now + STAY_NANOS);
        }
        left = Math.max(0, left - 1);
        taken.add(CompletableFuture.runAsync(() -> acquireOrLog(group), taking));
      }
    }
    taken.forEach(CompletableFuture::join);
  }

  private void give(int surplus) {
    long now = System.nanoTime();
    if (surplus == 0) {
      unevenSince = null;
      return;
    }
    var since = unevenSince == null ? now : unevenSince;
    unevenSince = since;
    if (now - since < UNEVEN_NANOS) {
      return;
    }
    long leaving = served.values().stream().filter(each -> each.worker().isLeaving()).count();
    served.entrySet().stream()
        .filter(each -> !each.getValue().worker().isLeaving())
        .filter(each -> stays.getOrDefault(each.getKey(), now) <= now)
        .sorted(Comparator.comparingInt(each -> each.getValue().engine().inFlight()))
        .limit(Math.max(0, surplus - leaving))
        .forEach(
            each -> {
              stays.put(each.getKey(), now + STAY_NANOS);
              each.getValue().worker().leave();
            });
  }

  /** Whether there were other processes a moment ago. */
  boolean hasOthers() {
    return others;
  }

  /** Says that an event table has new events. */
  void appended(TableName table) {
    workersOf(table).forEach(GroupWorker::appended);
  }

  /** Says that an event table has events up to this one, and that they are visible. */
  void appended(TableName table, long lastId) {
    workersOf(table).forEach(worker -> worker.appended(lastId));
  }

  private Stream<GroupWorker> workersOf(TableName table) {
    return served.values().stream()
        .filter(each -> each.engine().group().table().equals(table))
        .map(Served::worker);
  }

  /**
   * @throws UnknownGroupException if there is no such group
   * @throws NotOwnerException if this process does not serve it
   */
  Served find(String name) {
    var found = served.get(name);
    if (found != null && !found.worker().hasEnded()) {
      return found;
    }
    var all = known.last();
    var group = all == null ? null : all.get(name);
    boolean unknown = all != null && group == null;
    if (unknown) {
      throw new UnknownGroupException(name);
    }
    boolean owned = group != null && group.owned();
    throw new NotOwnerException(name, owned ? group.ownerUrl() : null);
  }

  /** Where another process serves a group; null if this one does, or no other is known to. */
  @Nullable String elsewhere(String group) {
    var here = served.get(group);
    boolean isServedHere = here != null && !here.worker().hasEnded();
    var all = known.last();
    var found = all == null ? null : all.get(group);
    if (isServedHere || found == null || !found.owned()) {
      return null;
    }
    var url = found.ownerUrl();
    boolean isSame = url != null && url.equals(own.url());
    if (isSame && !own.process().equals(found.ownerProcess())) {
      warnOfSameUrl();
    }
    return isSame ? null : url;
  }

  private void warnOfSameUrl() {
    if (!warned.getAndSet(true)) {
      LOG.warn(
          "wadi.http.url: must be another one for each process (another one says {} too); calls for"
              + " its groups cannot be handed over and are answered 503",
          own.url());
    }
  }

  /**
   * What to answer for a group that was not there a moment ago: that another process serves it, or
   * none yet, if it is there now.
   */
  <T> CompletableFuture<T> lookUp(String name) {
    return known
        .isThere(name)
        .thenCompose(
            there ->
                CompletableFuture.failedFuture(
                    there ? new NotOwnerException(name, null) : new UnknownGroupException(name)));
  }

  /** Hands every group over: what was acked is written down, then others may own them. */
  void close() {
    end(GroupWorker::stop);
  }

  /** Ends as if the process had died. */
  void kill() {
    end(GroupWorker::kill);
  }

  private synchronized void end(Consumer<GroupWorker> how) {
    closed = true;
    known.close();
    taking.shutdown();
    processes.leave();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HAND_OVER_SECONDS);
    served.values().forEach(each -> how.accept(each.worker()));
    served.values().forEach(each -> awaitEnd(each.worker(), end));
    served.clear();
  }

  private void acquireOrLog(ConsumerGroup group) {
    try {
      acquire(group);
    } catch (SQLException | RuntimeException e) {
      LOG.warn("group {}: cannot be served yet: {}", group.name(), e.getMessage());
    }
  }

  private void acquire(ConsumerGroup group) throws SQLException {
    var session = GroupSession.acquire(sessions.open(), group.id());
    if (session == null) {
      return;
    }
    var engine = new GroupEngine(group, new OwnerLease(sessions.silenceMs()), clock, answering);
    try {
      var worker = new GroupWorker(engine, session, limits, filter(group.definition()), own);
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

  private static Thread thread(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
