package dev.wadi.consumer;

import dev.wadi.postgres.TableName;
import dev.wadi.stream.StreamEvent;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
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

/** The groups that this process serves: becomes their owner, and ends it. */
final class ServedGroups {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.consumer");
  private static final long HAND_OVER_SECONDS = 5;

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
  private volatile Map<String, ConsumerGroup> known = Map.of();
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
    var group = known.get(name);
    if (group == null) {
      throw new UnknownGroupException(name);
    }
    throw new NotOwnerException(name, group.owned() ? group.ownerUrl() : null);
  }

  /** Where another process serves a group; null if this one does, or no other is known to. */
  @Nullable String elsewhere(String group) {
    var own = served.get(group);
    boolean isServedHere = own != null && !own.worker().hasEnded();
    var found = known.get(group);
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
