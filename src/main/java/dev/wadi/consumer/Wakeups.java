package dev.wadi.consumer;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other processes that an event table has new events, and hears it from them. What gets
 * lost costs 250 ms: groups look by themselves so often.
 */
final class Wakeups implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.consumer");
  private static final String WAKE = Sql.load("consumer/wake_others");
  private static final String LISTEN = "listen wadi_appended";

  /** A notification commits a transaction, so there are at most so many. */
  private static final long INTERVAL_MS = 5;

  private static final int WAIT_MS = 1_000;

  private final DataSource sessions;
  private final Consumer<TableName> heard;
  private final Set<String> pending = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean sending = new AtomicBoolean();
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(2, Wakeups::thread);
  private volatile boolean needed;
  private volatile int senderPid;
  private volatile @Nullable Connection listener;
  private volatile @Nullable Connection sender;

  /**
   * @param sessions gives a new connection each time
   * @param heard is told of tables that others appended to
   */
  Wakeups(DataSource sessions, Consumer<TableName> heard) {
    this.sessions = sessions;
    this.heard = heard;
  }

  void start() {
    threads.scheduleWithFixedDelay(this::listen, 0, WAIT_MS / 2, TimeUnit.MILLISECONDS);
  }

  /**
   * @param others whether there are other processes
   */
  void share(boolean others) {
    needed = others;
  }

  /** Tells the others, a few milliseconds later at most. */
  void appended(TableName table) {
    if (needed) {
      pending.add(table.toString());
      sendSoon(0);
    }
  }

  @Override
  public void close() {
    needed = false;
    threads.shutdownNow();
    abort(listener);
    abort(sender);
  }

  private void sendSoon(long ms) {
    if (sending.compareAndSet(false, true)) {
      try {
        threads.schedule(this::send, ms, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.debug("nobody is told of appends any more", e);
      }
    }
  }

  private void send() {
    var names = pending.toArray(String[]::new);
    pending.removeAll(Set.of(names));
    try {
      if (names.length > 0) {
        wake(names);
      }
    } catch (SQLException e) {
      LOG.debug("others are not told of appends just now", e);
      abort(sender);
      sender = null;
    }
    sending.set(false);
    if (names.length > 0) {
      sendSoon(INTERVAL_MS);
    }
  }

  private void wake(String[] names) throws SQLException {
    var connection = sender;
    if (connection == null) {
      connection = sessions.getConnection();
      sender = connection;
      execute(connection, "set synchronous_commit = off");
      senderPid = connection.unwrap(PGConnection.class).getBackendPID();
    }
    try (var statement = Sql.prepare(connection, WAKE, Map.of("names", names))) {
      statement.execute();
    }
  }

  /** Listens as long as there are others. */
  private void listen() {
    if (!needed) {
      return;
    }
    try (var connection = sessions.getConnection()) {
      listener = connection;
      while (needed) {
        execute(connection, LISTEN);
        hear(connection.unwrap(PGConnection.class));
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("appends of others are not heard of just now", e);
    }
  }

  private void hear(PGConnection connection) throws SQLException {
    for (var notification : connection.getNotifications(WAIT_MS)) {
      boolean own = notification.getPID() == senderPid;
      if (!own) {
        heard.accept(TableName.parse(notification.getParameter()));
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void abort(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.abort(Runnable::run);
      }
    } catch (SQLException e) {
      LOG.debug("session was broken already", e);
    }
  }

  private static Thread thread(Runnable task) {
    var thread = new Thread(task, "wadi-wakeups");
    thread.setDaemon(true);
    return thread;
  }
}
