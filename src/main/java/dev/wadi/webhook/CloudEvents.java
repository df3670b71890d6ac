package dev.wadi.webhook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.wadi.consumer.Message;
import dev.wadi.consumer.MessageJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events as CloudEvents 1.0 has them. */
final class CloudEvents {

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private CloudEvents() {}

  /** Binary mode: the attributes as headers. */
  static Map<String, String> headers(WebhookDefinition webhook, Message message) {
    return headers(attributes(webhook, message));
  }

  /** Structured mode: attributes and data as one object. */
  static String json(WebhookDefinition webhook, Message message) {
    return json(attributes(webhook, message), MessageJson.data(webhook.name(), message));
  }

  /** Binary mode of an event that only tries the receiver. */
  static Map<String, String> testHeaders(WebhookDefinition webhook, String id, Instant now) {
    return headers(testAttributes(webhook, id, now));
  }

  /** Structured mode of an event that only tries the receiver. */
  static String testJson(WebhookDefinition webhook, String id, Instant now) {
    return json(testAttributes(webhook, id, now), "{}");
  }

  private static Map<String, String> headers(Map<String, String> attributes) {
    var headers = new LinkedHashMap<String, String>();
    attributes.forEach((name, value) -> headers.put("ce-" + name, encoded(value)));
    return headers;
  }

  private static String json(Map<String, String> attributes, String data) {
    var out = new StringBuilder("{");
    attributes.forEach(
        (name, value) -> {
          out.append('"').append(name).append("\":\"");
          JsonStringEncoder.getInstance().quoteAsString(value, out);
          out.append("\",");
        });
    out.append("\"datacontenttype\":\"application/json\",\"data\":").append(data);
    return out.append('}').toString();
  }

  private static Map<String, String> testAttributes(
      WebhookDefinition webhook, String id, Instant now) {
    var attributes = new LinkedHashMap<String, String>();
    attributes.put("specversion", "1.0");
    attributes.put("id", id);
    attributes.put("source", "/wadi/" + webhook.stream());
    attributes.put("type", "wadi.test");
    attributes.put("time", now.toString());
    return attributes;
  }

  private static Map<String, String> attributes(WebhookDefinition webhook, Message message) {
    var event = message.event();
    var attributes = new LinkedHashMap<String, String>();
    attributes.put("specversion", "1.0");
    attributes.put("id", event.idempotencyKey());
    attributes.put("source", "/wadi/" + webhook.stream());
    attributes.put("type", event.tableSchema() + "." + event.tableName() + "." + event.action());
    if (!event.recordPk().isEmpty()) {
      attributes.put("subject", event.recordPk());
      attributes.put("partitionkey", event.recordPk());
    }
    attributes.put("time", event.committedAt().toString());
    attributes.put("sequence", "%019d".formatted(event.seq()));
    attributes.put("wadiseq", Long.toString(event.seq()));
    return attributes;
  }

  /** Percent-encodes space, quote, percent and whatever is not visible ASCII. */
  static String encoded(String value) {
    var out = new StringBuilder(value.length());
    for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = each > ' ' && each < 0x7f && each != '"' && each != '%';
      if (plain) {
        out.append((char) each);
      } else {
        out.append('%').append(HEX[(each >> 4) & 0xf]).append(HEX[each & 0xf]);
      }
    }
    return out.toString();
  }
}
