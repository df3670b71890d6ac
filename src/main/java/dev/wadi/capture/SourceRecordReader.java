package dev.wadi.capture;

import dev.wadi.change.Action;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns Debezium's records into raw changes.
 *
 * <p>It remembers what spans records: the run of equal LSNs and the annotations of the transaction.
 */
final class SourceRecordReader {

  /** Prefix of the logical messages that annotate the changes after them. */
  static final String ANNOTATIONS_PREFIX = "wadi:annotations";

  private static final Logger LOG = LoggerFactory.getLogger(SourceRecordReader.class);

  private final Relations relations;
  private List<RawChange> changes = new ArrayList<>();
  private long position;
  private long committedAtMicros;
  private long runLsn = -1;
  private int runLength;
  private @Nullable String annotations;
  private long annotatedTransaction = -1;

  SourceRecordReader(Relations relations) {
    this.relations = relations;
  }

  void read(SourceRecord record) {
    var offset = record.sourceOffset();
    if (record.value() instanceof Struct value && value.schema().field("op") != null) {
      readOperation(record, value);
    }
    if (offset.get("lsn_commit") instanceof Long commit) {
      position = commit;
    }
  }

  /** What was read since the last call, and how far that goes. */
  Batch takeBatch() {
    var batch = new Batch(changes, position, committedAtMicros);
    changes = new ArrayList<>();
    return batch;
  }

  private void readOperation(SourceRecord record, Struct value) {
    committedAtMicros = value.getStruct("source").getInt64("ts_us");
    switch (value.getString("op")) {
      case "c" -> add(record, value, Action.INSERT, null, row(value, "after"));
      case "u" -> add(record, value, Action.UPDATE, row(value, "before"), row(value, "after"));
      case "d" -> add(record, value, Action.DELETE, row(value, "before"), null);
      case "t" -> add(record, value, Action.TRUNCATE, null, null);
      case "m" -> readMessage(value);
      default ->
          throw new IllegalStateException(
              "operation " + value.getString("op") + " indicates a bug");
    }
  }

  private void readMessage(Struct value) {
    var message = value.getStruct("message");
    var transaction = value.getStruct("source").getInt64("txId");
    if (transaction == null || !ANNOTATIONS_PREFIX.equals(message.getString("prefix"))) {
      return;
    }
    var text =
        new String(HexFormat.of().parseHex(message.getString("content")), StandardCharsets.UTF_8);
    annotatedTransaction = transaction;
    annotations = Annotations.validOrNull(text);
    if (annotations == null) {
      LOG.warn("transaction {}: annotations are not a JSON object, ignored", transaction);
    }
  }

  private void add(
      SourceRecord record,
      Struct value,
      Action action,
      @Nullable Struct before,
      @Nullable Struct after) {
    var source = value.getStruct("source");
    long lsn = source.getInt64("lsn");
    long transaction = source.getInt64("txId");
    runLength = lsn == runLsn ? runLength + 1 : 0;
    runLsn = lsn;
    changes.add(
        new RawChange(
            relations.of(source.getString("table"), record.valueSchema()),
            action,
            values(before),
            values(after),
            source.getInt64("ts_us"),
            lsn,
            runLength,
            transaction,
            transaction == annotatedTransaction ? annotations : null));
  }

  private static @Nullable Struct row(Struct value, String field) {
    return value.schema().field(field) == null ? null : value.getStruct(field);
  }

  private static @Nullable String @Nullable [] values(@Nullable Struct row) {
    if (row == null) {
      return null;
    }
    var fields = row.schema().fields();
    var values = new @Nullable String[fields.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (String) row.get(fields.get(i));
    }
    return values;
  }
}
