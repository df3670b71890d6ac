package dev.wadi.eventtable;

import dev.wadi.capture.Batch;
import dev.wadi.change.Change;
import dev.wadi.pipeline.EventSink;
import dev.wadi.postgres.JsonText;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ObjLongConsumer;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/**
 * Collects what pipelines bring to the event tables during one batch, and makes the statements that
 * store it.
 *
 * <p>The last statement also moves the position, so events and position are stored together; what
 * an earlier statement stored before a crash is recognised when the batch is replayed.
 */
public final class Appends implements EventSink {

  /** A row of a btree index takes 2,704 bytes; the other columns and headers fit into the rest. */
  private static final int MAX_KEY_BYTES = 2_600;

  private static final String SAVE_POSITION = Sql.load("eventtable/save_position");

  private final EventTables eventTables;
  private final Callable<java.util.UUID> sourceDatabaseId;
  private final String slot;
  private final KeptChanges kept;
  private final BackfillReads reads;
  private final ObjLongConsumer<TableName> appended;
  private final Map<TableName, EventTableAppend> known = new HashMap<>();
  private final Map<String, TableName> spellings = new HashMap<>();
  private final Map<TableName, List<Change>> collected = new LinkedHashMap<>();
  private final List<EventLogStatement> quarantined = new ArrayList<>();
  private @Nullable Thread captureThread;
  private volatile AppendListener listener = AppendListener.NONE;
  private long beganNanos;

  /**
   * @param sourceDatabaseId tells the id of the captured database; asked when it is first needed
   * @param slot slot whose position is moved
   * @param kept changes that must not become events yet
   * @param reads rows that were there before a pipeline
   * @param appended told of an event table and its newest event once that is visible; must be quick
   */
  public Appends(
      EventTables eventTables,
      Callable<java.util.UUID> sourceDatabaseId,
      String slot,
      KeptChanges kept,
      BackfillReads reads,
      ObjLongConsumer<TableName> appended) {
    this.eventTables = eventTables;
    this.sourceDatabaseId = sourceDatabaseId;
    this.slot = slot;
    this.kept = kept;
    this.reads = reads;
    this.appended = appended;
  }

  /** Whom to tell of every batch that is stored. */
  public void tell(AppendListener told) {
    listener = told;
  }

  /** Starts a batch with nothing collected, whatever became of the one before. */
  public void begin(Batch batch) throws SQLException {
    captureThread = Thread.currentThread();
    kept.begin();
    reads.begin(batch);
    collected.clear();
    quarantined.clear();
  }

  /**
   * Takes a change into an event table.
   *
   * @throws IllegalStateException from any thread but the one that runs the batch: the batch would
   *     not wait for the change
   */
  @Override
  public void add(@Variable("eventTable") String eventTable, @Body Change change) {
    requireCaptureThread("event-table-sink");
    requireStorable(change);
    var table = spellings.computeIfAbsent(eventTable, TableName::parse);
    collected.computeIfAbsent(table, name -> new ArrayList<>()).add(change);
  }

  /** Puts a change aside that a pipeline could not handle. */
  @Override
  public void quarantine(String pipeline, Change change, Exception failure) {
    requireCaptureThread("change-source");
    quarantined.add(new QuarantineStatement(slot, pipeline, change, failure));
  }

  /** The statements that store what was collected; empty if there is nothing new to store. */
  public List<EventLogStatement> statements(Batch batch) throws Exception {
    beganNanos = System.nanoTime();
    var statements = new ArrayList<>(kept.keepStatements());
    statements.addAll(quarantined);
    boolean positionIsKnown = batch.getPosition() != 0;
    @Nullable Long position = positionIsKnown ? batch.getPosition() : null;
    int tablesLeft = collected.size();
    for (var entry : collected.entrySet()) {
      boolean last = --tablesLeft == 0;
      statements.add(statement(entry.getKey(), entry.getValue(), last ? position : null));
    }
    if (collected.isEmpty() && position != null) {
      statements.add(savePosition(position));
    }
    statements.addAll(kept.releaseStatements());
    statements.addAll(reads.statements());
    return statements;
  }

  /** Whether the statements must be stored in one transaction. */
  public boolean belongTogether() {
    return reads.hasDelivered();
  }

  /**
   * Takes what the database answered to a statement: rows, or the statement itself where it answers
   * none.
   */
  @SuppressWarnings("unchecked")
  public void answered(EventLogStatement statement, Object answer) {
    boolean hasRows = answer instanceof List<?>;
    statement.answered(hasRows ? (List<Map<String, @Nullable Object>>) answer : List.of());
    if (!statement.isPending()) {
      tellStored(statement);
    }
  }

  /** Tells of the events of a statement that are visible now. */
  void tellStored(EventLogStatement statement) {
    if (statement instanceof AppendStatement append) {
      appended.accept(append.table(), append.lastId());
    }
  }

  /** Proves the batch stored, if every statement was answered. */
  public void stored(Batch batch, List<EventLogStatement> statements) throws SQLException {
    for (var statement : statements) {
      if (statement.isPending()) {
        throw new IllegalStateException("a statement of the batch was not answered: " + statement);
      }
    }
    batch.stored();
    kept.stored();
    reads.stored();
    long events = statements.stream().mapToLong(EventLogStatement::appendedEvents).sum();
    listener.stored(statements.size(), events, quarantined.size(), System.nanoTime() - beganNanos);
  }

  private EventLogStatement statement(
      TableName table, List<Change> changes, @Nullable Long position) throws Exception {
    var append = known.get(table);
    if (append == null) {
      append = register(table);
      known.put(table, append);
    }
    return new AppendStatement(
        append, append.parameters(changes, sourceDatabaseId.call(), slot, position));
  }

  /** Moves the position where a batch holds nothing for any event table. */
  private EventLogStatement savePosition(long position) throws Exception {
    return new SingleStatement(
        "position",
        SAVE_POSITION,
        Map.of("slot", slot, "source_database_id", sourceDatabaseId.call(), "position", position));
  }

  private EventTableAppend register(TableName table) throws Exception {
    eventTables.requireEventTable(table);
    eventTables.register(table);
    return new EventTableAppend(table);
  }

  /** One value that Postgres refuses would make the whole batch fail, again and again. */
  private static void requireStorable(Change change) {
    int keyBytes = change.recordPk().getBytes(StandardCharsets.UTF_8).length;
    if (keyBytes > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "record_pk must be at most %d bytes long, for the event table's index (got %d)"
              .formatted(MAX_KEY_BYTES, keyBytes));
    }
    var changes = change.changes();
    boolean storable =
        JsonText.isStorable(change.record().json())
            && (changes == null || JsonText.isStorable(changes.json()));
    if (!storable) {
      throw new IllegalArgumentException(
          "record holds JSON that jsonb cannot: \\u0000, half of a surrogate pair, a number beyond"
              + " numeric, or too many levels, values, digits or bytes; leave that column out by a step before the"
              + " event-table-sink");
    }
  }

  private void requireCaptureThread(String kamelet) {
    if (Thread.currentThread() != captureThread) {
      throw new IllegalStateException(
          "kamelet '"
              + kamelet
              + "': reached from another thread than the batch's; take seda, threads, wireTap, delay and"
              + " aggregate out of the pipeline's route");
    }
  }
}
