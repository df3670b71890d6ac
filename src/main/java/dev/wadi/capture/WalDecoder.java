package dev.wadi.capture;

import dev.wadi.change.Action;
import dev.wadi.postgres.WadiSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the messages of {@code pgoutput}, protocol version 1 ("Logical Replication Message Formats"
 * in Postgres's manual).
 *
 * <p>Debezium's own decoder parses values before anyone sees them and loses some ({@code timetz},
 * {@code money}, intervals); it finds types by name without schema, tells columns apart by lower
 * case, takes keys and defaults from the present catalog, and drops which kind of old row was sent.
 * Here a row's values become JSON text from the text that Postgres sent.
 */
final class WalDecoder {

  /** Prefix of the logical messages that annotate the changes after them. */
  static final String ANNOTATIONS_PREFIX = "wadi:annotations";

  private static final Logger LOG = LoggerFactory.getLogger(WalDecoder.class);
  private static final long POSTGRES_EPOCH_MICROS =
      ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("2000-01-01T00:00:00Z"));

  private static final int CHANGE_BYTES = 128;
  private static final int VALUE_BYTES = 64;

  private final RelationReader relationReader;
  private final ReadAhead readAhead;
  private final Map<Integer, WalRelation> byOid = new HashMap<>();
  private long committedAtMicros;
  private long transactionId;
  private @Nullable String annotations;
  private long runLsn = -1;
  private int runLength;

  WalDecoder(RelationReader relationReader, ReadAhead readAhead) {
    this.relationReader = relationReader;
    this.readAhead = readAhead;
  }

  /**
   * @param lsn where the message's record is in the WAL; of a commit, where it ends
   */
  void read(ByteBuffer message, long lsn) throws SQLException, InterruptedException {
    int size = message.remaining();
    byte kind = message.get();
    switch (kind) {
      case 'B' -> readBegin(message);
      case 'C' -> readAhead.reached(lsn, committedAtMicros);
      case 'R' -> readRelation(message);
      case 'I' -> add(readInsert(message, lsn), size);
      case 'U' -> add(readUpdate(message, lsn), size);
      case 'D' -> add(readDelete(message, lsn), size);
      case 'T' -> readTruncate(message, lsn);
      case 'M' -> readMessage(message, lsn);
      case 'O', 'Y' -> {} // origins and types tell nothing that is needed
      default -> throw unknown(kind);
    }
  }

  /** A change in a transaction that is not understood would be stored with the one before it. */
  private static IllegalStateException unknown(byte kind) {
    return new IllegalStateException(
        "the stream holds a message of kind '%c', which pgoutput's protocol version 1 does not have"
            .formatted((char) kind));
  }

  private void readBegin(ByteBuffer message) {
    message.getLong(); // LSN of the commit
    committedAtMicros = POSTGRES_EPOCH_MICROS + message.getLong();
    transactionId = Integer.toUnsignedLong(message.getInt());
    annotations = null;
  }

  private void readRelation(ByteBuffer message) throws SQLException {
    var relation = relationReader.read(message);
    byOid.put((int) relation.oid(), relation);
  }

  private RawChange readInsert(ByteBuffer message, long lsn) {
    var relation = relation(message.getInt());
    message.get(); // 'N'
    return change(relation, Action.INSERT, null, relation.readNew(message, null), lsn);
  }

  private RawChange readUpdate(ByteBuffer message, long lsn) {
    var relation = relation(message.getInt());
    byte kind = message.get();
    @Nullable String @Nullable [] before = null;
    if (kind != 'N') {
      before = relation.readOld(message, kind);
      message.get(); // 'N'
    }
    return change(relation, Action.UPDATE, before, relation.readNew(message, before), lsn);
  }

  private RawChange readDelete(ByteBuffer message, long lsn) {
    var relation = relation(message.getInt());
    var before = relation.readOld(message, message.get());
    return change(relation, Action.DELETE, before, null, lsn);
  }

  private void readTruncate(ByteBuffer message, long lsn) throws InterruptedException {
    int count = message.getInt();
    message.get(); // cascade, restart identity
    for (int n = 0; n < count; n++) {
      add(change(relation(message.getInt()), Action.TRUNCATE, null, null, lsn), Long.BYTES);
    }
  }

  private void readMessage(ByteBuffer message, long lsn) throws InterruptedException {
    boolean transactional = message.get() == 1;
    message.getLong(); // LSN of the message
    var prefix = string(message);
    if (transactional && prefix.equals(ANNOTATIONS_PREFIX)) {
      annotate(content(message));
    }
    if (transactional && prefix.equals(Mark.PREFIX)) {
      readAhead.add(new Mark(content(message), committedAtMicros, lsn, transactionId));
    }
  }

  private void annotate(String text) {
    annotations = Annotations.validOrNull(text);
    if (annotations == null) {
      LOG.warn("transaction {}: annotations are not a JSON object, ignored", transactionId);
    }
  }

  private WalRelation relation(int oid) {
    var relation = byOid.get(oid);
    if (relation == null) {
      throw new IllegalStateException(
          "relation " + oid + ": a change came before its relation, which indicates a bug");
    }
    return relation;
  }

  private RawChange change(
      WalRelation relation,
      Action action,
      @Nullable String @Nullable [] before,
      @Nullable String @Nullable [] after,
      long lsn) {
    runLength = lsn == runLsn ? runLength + 1 : 0;
    runLsn = lsn;
    return new RawChange(
        relation.relation(),
        action,
        before,
        after,
        committedAtMicros,
        lsn,
        runLength,
        transactionId,
        annotations);
  }

  /** Counts what the change takes in memory: every value is a string with an array behind it. */
  private void add(RawChange change, long size) throws InterruptedException {
    if (isOwn(change)) {
      return;
    }
    long values = length(change.before()) + length(change.after());
    // Annotations are held once, but written down with each change.
    long annotated = annotations == null ? 0 : annotations.length();
    readAhead.add(change, CHANGE_BYTES + VALUE_BYTES * values + size + annotated);
  }

  /**
   * Where all tables are published Wadi's own are too; to store the position because the position
   * was stored would go on without end.
   */
  private static boolean isOwn(RawChange change) {
    return change.relation().table().schema().equals(WadiSchema.NAME);
  }

  private static long length(@Nullable String @Nullable [] row) {
    return row == null ? 0 : row.length;
  }

  private static String content(ByteBuffer message) {
    var content = new byte[message.getInt()];
    message.get(content);
    return new String(content, StandardCharsets.UTF_8);
  }

  /** Reads a text that ends in a zero byte. */
  static String string(ByteBuffer message) {
    int begin = message.position();
    int end = begin;
    while (message.get(end) != 0) {
      end++;
    }
    message.position(end + 1);
    return new String(
        message.array(), message.arrayOffset() + begin, end - begin, StandardCharsets.UTF_8);
  }
}
