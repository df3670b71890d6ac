package dev.wadi.eventtable;

import dev.wadi.capture.BackfillTable;
import dev.wadi.capture.Batch;
import dev.wadi.capture.ChangedRows;
import dev.wadi.capture.Chunk;
import dev.wadi.capture.ChunkReader;
import dev.wadi.capture.Lsn;
import dev.wadi.change.Action;
import dev.wadi.pipeline.Backfill;
import dev.wadi.pipeline.Backfills;
import dev.wadi.pipeline.Pipelines;
import dev.wadi.pipeline.Read;
import dev.wadi.pipeline.SetAside;
import dev.wadi.postgres.Sql;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the rows that were there before a pipeline into the stream, one table at a time and chunk
 * by chunk, so that each comes after every older change of its row and before every newer one.
 *
 * <p>A chunk is read beside the stream, with the snapshot that tells which transactions it shows.
 * Then a mark goes through the WAL. Whatever the chunk shows was committed before the mark, so the
 * batch that ends with the mark has brought it; what that batch and those before brought and the
 * chunk does not show is newer than the chunk, and its rows are left out. The changes are noted
 * from before the first chunk on; those who had written before that are waited for.
 *
 * <p>Reads are stored in one transaction with the key they go up to. What a crash takes was in
 * memory only and is read again.
 *
 * <p>Used by the capture thread alone; reading runs in a thread of its own.
 */
public final class BackfillReads implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.backfill");
  private static final String ADVANCE = Sql.load("eventtable/advance_backfill");
  private static final Object GONE = new Object();
  private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Backfills backfills;
  private final Pipelines pipelines;
  private final SetAside setAside;
  private final ChunkReader reader;
  private final LongSupplier streams;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(BackfillReads::thread);
  private List<Backfill> running = List.of();
  private long knownVersion = -1;
  private long knownAt;
  private final Map<Long, Long> retryAt = new HashMap<>();
  private long stream;
  private @Nullable TableRead current;
  private @Nullable Chunk delivered;
  private int reads;
  private long reached;

  /**
   * @param streams how often capture has begun to stream
   */
  public BackfillReads(
      Backfills backfills,
      Pipelines pipelines,
      SetAside setAside,
      ChunkReader reader,
      LongSupplier streams) {
    this.backfills = backfills;
    this.pipelines = pipelines;
    this.setAside = setAside;
    this.reader = reader;
    this.streams = streams;
  }

  /** Whether a batch has something to do here although no change came. */
  public boolean workWaiting() {
    if (backfills.version() != knownVersion) {
      return true;
    }
    var read = current;
    if (read == null) {
      return next() != null;
    }
    return read.hasEnded() || read.isIdle();
  }

  /** The rows that belong where the batch ends. */
  public List<Read> due(Batch batch) throws SQLException {
    var read = current;
    var mark = batch.mark();
    var chunk = read == null ? null : read.chunk();
    boolean isDue =
        read != null && chunk != null && mark != null && mark.id().equals(read.markId());
    if (!isDue) {
      return List.of();
    }
    var pipeline = read.backfill().pipeline();
    var changed = joined(read);
    if (!pipelines.runs(pipeline)) {
      abandon();
      return List.of();
    }
    if (changed.mayBeAny()) {
      read.drop();
      return List.of();
    }
    pipelines.expectReads(pipeline, read.backfill().table());
    delivered = chunk;
    var due = chunk.reads(mark, changed);
    reads = due.size();
    reached = Math.max(batch.getPosition(), mark.lsn());
    return due.stream().map(change -> new Read(pipeline, change)).toList();
  }

  /** Starts a batch: takes note of its changes, and goes on reading. */
  void begin(Batch batch) throws SQLException {
    boolean isOtherStream = streams.getAsLong() != stream;
    if (isOtherStream) {
      stream = streams.getAsLong();
      abandon();
    }
    boolean outdated = System.nanoTime() - knownAt > VALID_NANOS;
    if (outdated || backfills.version() != knownVersion) {
      readRunning();
    }
    var changed = current == null ? null : current.changed();
    if (changed != null) {
      batch.getChanges().forEach(changed::note);
    }
    if (changed != null && changed.areTooMany()) {
      failed(
          current,
          "table '"
              + current.backfill().table()
              + "': too many of its rows changed while some were read; it is tried again");
    }
    goOn();
  }

  /** Whether this batch brings reads, or finds that there are none left. */
  boolean hasDelivered() {
    return delivered != null;
  }

  /** What must be stored together with the reads: how far they go. */
  List<EventLogStatement> statements() {
    var read = current;
    var chunk = delivered;
    return read == null || chunk == null ? List.of() : List.of(advance(read, chunk));
  }

  /** The batch is stored. */
  void stored() {
    var read = current;
    var chunk = delivered;
    delivered = null;
    if (read == null || chunk == null) {
      return;
    }
    if (chunk.last()) {
      LOG.info(
          "pipeline {}: table {} is backfilled", read.backfill().pipeline(), chunk.table().name());
      current = null;
      knownVersion = -1;
    } else {
      read.goOn(chunk);
      if (mayRead(read.backfill())) {
        readOn(read);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    reader.close();
  }

  private void readRunning() throws SQLException {
    long version = backfills.version();
    running = backfills.running();
    knownVersion = version;
    knownAt = System.nanoTime();
    var read = current;
    boolean isGone =
        read != null && running.stream().noneMatch(each -> each.id() == read.backfill().id());
    if (isGone) {
      abandon();
    }
  }

  /** Starts the next step if the last has ended. */
  private void goOn() throws SQLException {
    var read = current;
    if (read == null) {
      read = next();
      current = read;
    }
    if (read == null || read.isBusy()) {
      return;
    }
    try {
      takeStep(read, read.outcome());
    } catch (ExecutionException e) {
      failed(read, String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
    } catch (SQLException e) {
      throw e;
    } catch (Exception e) {
      failed(read, String.valueOf(e.getMessage()));
    }
  }

  private void takeStep(TableRead read, @Nullable Object outcome) throws Exception {
    var name = read.backfill().table();
    var table = read.table();
    if (table == null && outcome instanceof BackfillTable found) {
      join(read, found);
    } else if (outcome == GONE) {
      gone(read);
    } else if (table == null) {
      run(read, () -> orGone(reader.find(name)));
    } else if (outcome instanceof Chunk chunk) {
      hold(read, chunk);
    } else if (read.isIdle() && !mayRead(read.backfill())) {
      abandon();
    } else if (read.isIdle()) {
      readOn(read);
    }
  }

  private void readOn(TableRead read) {
    run(read, () -> orGone(reader.read(read.backfill().table(), read.after())));
  }

  private void join(TableRead read, BackfillTable table) throws SQLException {
    var backfill = read.backfill();
    if (!table.published()) {
      failed(read, "waits until the publication sends table '" + table.name() + "'");
      return;
    }
    boolean isOther = backfill.tableOid() != 0 && backfill.tableOid() != table.oid();
    boolean isKeyedAnew =
        !backfill.keyColumns().isEmpty() && !backfill.keyColumns().equals(table.typedKey());
    var problem =
        isOther || isKeyedAnew
            ? "table '"
                + table.name()
                + "': was made anew or has another key (columns or types) since its backfill began; start the backfill again"
            : table.problem();
    if (!problem.isEmpty()) {
      end(read, problem);
      return;
    }
    read.join(table, new ChangedRows(table, action -> isCaptured(backfill, action)));
    run(
        read,
        () -> {
          reader.awaitWriters(table, reason -> backfills.waiting(backfill.pipeline(), reason));
          return orGone(reader.read(table.name(), read.after()));
        });
  }

  /** A chunk with other columns to tell a row by cannot be compared with what was noted. */
  private void hold(TableRead read, Chunk chunk) {
    var table = read.table();
    boolean isSame =
        table != null
            && table.oid() == chunk.table().oid()
            && table.identity().equals(chunk.table().identity())
            && table.typedKey().equals(chunk.table().typedKey());
    if (!isSame) {
      failed(read, "table '" + chunk.table().name() + "': its key has changed");
      return;
    }
    read.hold(chunk, joined(read));
    backfills.waiting(read.backfill().pipeline(), "");
    var id = read.markId();
    run(
        read,
        () -> {
          reader.mark(id);
          return null;
        });
  }

  private static Object orGone(@Nullable Object found) {
    return found == null ? GONE : found;
  }

  /** What was never there may still come; what was read in part does not come back. */
  private void gone(TableRead read) throws SQLException {
    var backfill = read.backfill();
    if (backfill.tableOid() == 0) {
      failed(read, "table '" + backfill.table() + "': does not exist yet");
    } else {
      end(read, "table '" + backfill.table() + "': does not exist any more");
    }
  }

  private void run(TableRead read, Callable<@Nullable Object> step) {
    read.run(thread.submit(step));
  }

  private @Nullable TableRead next() {
    return running.stream()
        .filter(this::isDue)
        .filter(this::mayRead)
        .findFirst()
        .map(TableRead::new)
        .orElse(null);
  }

  private boolean isDue(Backfill backfill) {
    var at = retryAt.get(backfill.id());
    return at == null || System.nanoTime() - at >= 0;
  }

  private boolean mayRead(Backfill backfill) {
    return pipelines.takesReads(backfill.pipeline(), backfill.table())
        && !setAside.keeps(backfill.pipeline());
  }

  private boolean isCaptured(Backfill backfill, Action action) {
    return pipelines.wants(backfill.pipeline(), action);
  }

  /** What was read so far without being stored is read again, a little later. */
  private void failed(TableRead read, String reason) {
    LOG.debug("pipeline {}: backfill waits: {}", read.backfill().pipeline(), reason);
    backfills.waiting(read.backfill().pipeline(), reason);
    abandon();
  }

  private void end(TableRead read, String reason) throws SQLException {
    LOG.warn("pipeline {}: backfill ended: {}", read.backfill().pipeline(), reason);
    backfills.fail(read.backfill(), reason);
    abandon();
  }

  private void abandon() {
    var read = current;
    if (read != null) {
      read.cancel();
      thread.execute(reader::close);
      retryAt.put(read.backfill().id(), System.nanoTime() + RETRY_NANOS);
    }
    current = null;
    delivered = null;
    knownVersion = -1;
  }

  private EventLogStatement advance(TableRead read, Chunk chunk) {
    var backfill = read.backfill();
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("id", backfill.id());
    parameters.put("oid", chunk.table().oid());
    parameters.put("after", array(read.after()));
    parameters.put("last_key", array(chunk.lastKey()));
    parameters.put(
        "key_columns", chunk.lastKey().isEmpty() ? null : array(chunk.table().typedKey()));
    parameters.put("rows", (long) reads);
    parameters.put("last", chunk.last());
    parameters.put("reached", Lsn.text(reached));
    return new AdvanceStatement(backfill.table(), ADVANCE, parameters);
  }

  private static String @Nullable [] array(List<String> texts) {
    return texts.isEmpty() ? null : texts.toArray(String[]::new);
  }

  private static ChangedRows joined(TableRead read) {
    var changed = read.changed();
    if (changed == null) {
      throw new IllegalStateException("rows read before the stream was joined indicate a bug");
    }
    return changed;
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "backfill");
    thread.setDaemon(true);
    return thread;
  }
}
