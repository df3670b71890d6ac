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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.sql.DataSource;
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

  /** A group and the thread behind it. */
  record Served(GroupEngine engine, GroupWorker worker) {}

  private final DataSource sessions;
  private final ConsumerGroups groups;
  private final EventFilters filters;
  private final @Nullable String ownUrl;
  private final Clock clock;
  private final Limits limits;
  private final Executor answering;
  private final Map<String, Served> served = new ConcurrentHashMap<>();

  /** Null until they were listed for the first time. */
  private volatile @Nullable Map<String, ConsumerGroup> known;

  private final Processes processes;

  /** Since when groups are free, as {@link System#nanoTime}. */
  private final Map<String, Long> freeSince = new HashMap<>();

  /** Until when groups are not given away. */
  private final Map<String, Long> stays = new HashMap<>();

  private @Nullable Long unevenSince;
  private boolean closed;

  /**
   * @param sessions gives a new connection each time, not one of a pool; each owned group keeps one
   * @param ownUrl where other processes reach this one; null if they cannot
   * @param answering completes futures
   */
  ServedGroups(
      DataSource sessions,
      ConsumerGroups groups,
      EventFilters filters,
      @Nullable String ownUrl,
      Clock clock,
      Limits limits,
      Executor answering) {
    this.sessions = sessions;
    this.processes = new Processes(sessions);
    this.groups = groups;
    this.filters = filters;
    this.ownUrl = ownUrl;
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
    var listed = new HashMap<String, ConsumerGroup>();
    groups.list().forEach(group -> listed.put(group.name(), group));
    known = Map.copyOf(listed);
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
    for (var group : listed) {
      boolean free = !group.owned() && !served.containsKey(group.name());
      if (!free) {
        freeSince.remove(group.name());
        continue;
      }
      boolean abandoned = now - freeSince.computeIfAbsent(group.name(), n -> now) > ABANDONED_NANOS;
      boolean taken = (left > 0 || abandoned) && acquireOrLog(group);
      if (taken && left == 0) {
        stays.put(group.name(), now + STAY_NANOS);
      }
      left -= taken && left > 0 ? 1 : 0;
    }
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

  /** Says that an event table has new events. */
  void appended(TableName table) {
    for (var each : served.values()) {
      if (each.engine().group().table().equals(table)) {
        each.worker().appended();
      }
    }
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
    var all = known;
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
    var own = served.get(group);
    boolean isServedHere = own != null && !own.worker().hasEnded();
    var all = known;
    var found = all == null ? null : all.get(group);
    if (isServedHere || found == null || !found.owned()) {
      return null;
    }
    var url = found.ownerUrl();
    return url == null || url.equals(ownUrl) ? null : url;
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
    processes.leave();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HAND_OVER_SECONDS);
    served.values().forEach(each -> how.accept(each.worker()));
    served.values().forEach(each -> awaitEnd(each.worker(), end));
    served.clear();
  }

  private boolean acquireOrLog(ConsumerGroup group) {
    try {
      return acquire(group);
    } catch (SQLException | RuntimeException e) {
      LOG.warn("group {}: cannot be served yet: {}", group.name(), e.getMessage());
      return false;
    }
  }

  private boolean acquire(ConsumerGroup group) throws SQLException {
    var session = GroupSession.acquire(sessions.getConnection(), group.id());
    if (session == null) {
      return false;
    }
    var engine = new GroupEngine(group, clock, answering);
    try {
      var worker = new GroupWorker(engine, session, limits, filter(group.definition()), ownUrl);
      worker.takeOver();
      served.put(group.name(), new Served(engine, worker));
      thread(worker, "wadi-group-" + group.name()).start();
      return true;
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
