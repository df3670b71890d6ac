package dev.wadi.consumer;

import dev.wadi.postgres.JsonText;
import dev.wadi.stream.StreamEvent;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages as consumers and webhook receivers read them; the event's JSON goes in as it is stored.
 */
public final class MessageJson {

  private MessageJson() {}

  /** What a receive answers: {@code {"data": [{"ack_id", "data"}, …]}}. */
  public static String page(String consumer, List<Message> messages) {
    var json = new StringBuilder(64 + messages.size() * 512).append("{\"data\":[");
    for (int i = 0; i < messages.size(); i++) {
      json.append(i == 0 ? "{\"ack_id\":" : ",{\"ack_id\":");
      JsonText.quote(json, messages.get(i).ackId());
      json.append(",\"data\":");
      appendData(json, consumer, messages.get(i));
      json.append('}');
    }
    return json.append("]}").toString();
  }

  /** What a webhook sends: {@code {"data": [data, …]}}, without ack ids. */
  public static String body(String consumer, List<Message> messages) {
    var json = new StringBuilder(64 + messages.size() * 512).append("{\"data\":[");
    for (int i = 0; i < messages.size(); i++) {
      json.append(i == 0 ? "" : ",");
      appendData(json, consumer, messages.get(i));
    }
    return json.append("]}").toString();
  }

  /** One message without its ack id. */
  public static String data(String consumer, Message message) {
    var json = new StringBuilder(512);
    appendData(json, consumer, message);
    return json.toString();
  }

  private static void appendData(StringBuilder json, String consumer, Message message) {
    var event = message.event();
    json.append("{\"record\":").append(event.record());
    json.append(",\"changes\":").append(event.changes());
    json.append(",\"action\":\"").append(event.action()).append("\",\"metadata\":");
    appendMetadata(json, consumer, message, event);
    json.append('}');
  }

  private static void appendMetadata(
      StringBuilder json, String consumer, Message message, StreamEvent event) {
    json.append("{\"seq\":").append(event.seq());
    text(json, "table_schema", event.tableSchema());
    text(json, "table_name", event.tableName());
    text(json, "record_pk", event.recordPk());
    text(json, "committed_at", DateTimeFormatter.ISO_INSTANT.format(event.committedAt()));
    text(json, "idempotency_key", event.idempotencyKey());
    json.append(",\"deliver_count\":").append(message.deliverCount());
    json.append(",\"consumer\":{\"name\":");
    JsonText.quote(json, consumer);
    json.append("},\"transaction_annotations\":").append(event.transactionAnnotations());
    json.append('}');
  }

  private static void text(StringBuilder json, String name, @Nullable String value) {
    json.append(",\"").append(name).append("\":");
    JsonText.quote(json, String.valueOf(value));
  }
}
