package dev.wadi.consumer;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.jspecify.annotations.Nullable;

/**
 * What receivers get of a message, whether they pull or are pushed to. Record and changes are put
 * in as the event table has them, byte by byte.
 */
public final class MessageJson {

  private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();
  private static final int OVERHEAD = 400;

  private MessageJson() {}

  /** A message without its ack id, as a JSON object. */
  public static String of(String consumer, Message message) {
    var out = new StringBuilder(message.event().bytes() + OVERHEAD);
    append(out, consumer, message);
    return out.toString();
  }

  /**
   * Appends a message without its ack id, as a JSON object.
   *
   * @param consumer the name that the receiver knows its consumer group or webhook by
   */
  public static void append(StringBuilder out, String consumer, Message message) {
    var event = message.event();
    out.append("{\"record\":").append(event.record());
    out.append(",\"changes\":").append(orNull(event.changes()));
    text(out.append(",\"action\":"), event.action());
    out.append(",\"metadata\":{\"seq\":").append(event.seq());
    text(out.append(",\"table_schema\":"), event.tableSchema());
    text(out.append(",\"table_name\":"), event.tableName());
    text(out.append(",\"record_pk\":"), event.recordPk());
    text(out.append(",\"committed_at\":"), event.committedAt().toString());
    text(out.append(",\"idempotency_key\":"), event.idempotencyKey());
    out.append(",\"deliver_count\":").append(message.deliverCount());
    text(out.append(",\"consumer\":{\"name\":"), consumer);
    out.append("},\"transaction_annotations\":").append(orNull(event.transactionAnnotations()));
    out.append("}}");
  }

  private static void text(StringBuilder out, String text) {
    out.append('"');
    ENCODER.quoteAsString(text, out);
    out.append('"');
  }

  private static String orNull(@Nullable String json) {
    return json == null ? "null" : json;
  }
}
