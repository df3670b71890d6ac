package dev.wadi.consumer;

import dev.wadi.postgres.TableName;
import dev.wadi.stream.ValidationException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
  private static final long REFRESH_MS = 250;
  private static final int ANSWERING_THREADS = 2;

  private final ServedGroups served;
  private final Wakeups wakeups;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(task -> thread(task, "wadi-groups"));
  private final ExecutorService answering =
      Executors.newFixedThreadPool(ANSWERING_THREADS, task -> thread(task, "wadi-answers"));
  private String problem = "";

  /**
   * @param ownUrl where other processes reach this one; null if they cannot
   */
  public Consumers(
      OwnerSessions sessions,
      ConsumerGroups groups,
      EventFilters filters,
      @Nullable String ownUrl,
      Clock clock) {
    this(sessions, groups, filters, ownUrl, clock, Limits.DEFAULT);
  }

  Consumers(
      OwnerSessions sessions,
      ConsumerGroups groups,
      EventFilters filters,
      @Nullable String ownUrl,
      Clock clock,
      Limits limits) {
    var own = new Owner(UUID.randomUUID(), ownUrl);
    served = new ServedGroups(sessions, groups, filters, own, clock, limits, answering);
    wakeups = new Wakeups(sessions.source(), served::appended);
  }

  /** Begins to own groups: those that nobody owns, now and whenever one becomes free. */
  public void start() {
    wakeups.start();
    schedule.scheduleWithFixedDelay(this::refreshOrLog, 0, REFRESH_MS, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes notice of groups that were created, changed or deleted; otherwise that takes up to a
   * quarter of a second.
   */
  public void refresh() throws SQLException {
    served.refresh();
    wakeups.share(served.hasOthers());
  }

  /**
   * Says that an event table has new events, to other processes too; otherwise they are noticed
   * within 250 ms.
   */
  public void appended(TableName table) {
    served.appended(table);
    wakeups.appended(table);
  }

  /** The same, and how far: its groups read up to there without asking. */
  public void appended(TableName table, long lastId) {
    served.appended(table, lastId);
    wakeups.appended(table);
  }

  /**
   * Hands out the next messages in the order of their seqs, at most one per key.
   *
   * @param batchSize most messages, 1 to {@link #MAX_BATCH_SIZE}
   * @param waitMs how long to wait for the first one, 0 to {@link #MAX_WAIT_MS} ms
   * @return completed as soon as there is a message, or with an empty list when the time is over;
   *     cancel it when the receiver hangs up, and give back what it was completed with before
   */
  public CompletableFuture<List<Message>> receive(String group, int batchSize, long waitMs) {
    return receive(group, batchSize, waitMs, answering);
  }

  /**
   * The same for a caller that has a thread for it.
   *
   * @param completing completes the future if it waits; must only queue what it is given
   */
  public CompletableFuture<List<Message>> receive(
      String group, int batchSize, long waitMs, Executor completing) {
    return with(
        group,
        each -> {
          requireBetween("batch_size", batchSize, 1, MAX_BATCH_SIZE);
          requireBetween("wait_for", waitMs, 0, MAX_WAIT_MS);
          return each.engine().receive(batchSize, waitMs, completing);
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
   * Takes messages back that nobody has tried to handle, as if they had never been out.
   *
   * @param ackIds 1 to {@link #MAX_ACK_IDS}
   */
  public CompletableFuture<Map<String, Outcome>> giveBack(String group, List<String> ackIds) {
    return with(
        group,
        each -> {
          requireBetween("ack_ids", ackIds.size(), 1, MAX_ACK_IDS);
          return each.engine().giveBack(ackIds);
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
   * @return how many it became: about 4 MiB at a time, and never more than 1,000 under way
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
    return served.find(group).engine().status();
  }

  /** The groups that this process serves, by name, without their dead letters. */
  List<GroupFigures> figures() {
    return served.figures();
  }

  /** Where another process serves a group; null if this one does, or no other is known to. */
  public @Nullable String servedElsewhere(String group) {
    return served.elsewhere(group);
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
    return served.find(group).engine().blocked(most);
  }

  /** Hands every group over: what was acked is written down, then others may own them. */
  @Override
  public void close() {
    schedule.shutdownNow();
    wakeups.close();
    served.close();
    answering.shutdown();
  }

  /** Ends as if the process had died. */
  void kill() {
    schedule.shutdownNow();
    wakeups.close();
    served.kill();
    answering.shutdown();
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
    CompletableFuture<T> to(ServedGroups.Served served);
  }

  private <T> CompletableFuture<T> with(String group, Request<T> request) {
    try {
      return request.to(served.find(group));
    } catch (UnknownGroupException e) {
      return served.lookUp(group);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
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
