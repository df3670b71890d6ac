package dev.wadi.webhook;

import dev.wadi.consumer.Message;
import dev.wadi.consumer.MessageJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the requests that webhooks send: body, headers of Standard Webhooks, signature. */
public final class WebhookRequests {

  private static final int ID_BYTES = 18;

  /** A test holds a thread that acks may need. */
  private static final int TEST_TIMEOUT_MS = 10_000;

  private static final String JSON = "application/json";

  private final Clock clock;
  private final ReceiverUrls urls;
  private final String userAgent;

  public WebhookRequests(Clock clock, ReceiverUrls urls) {
    this.clock = clock;
    this.urls = urls;
    var version = WebhookRequests.class.getPackage().getImplementationVersion();
    this.userAgent = "Wadi/" + (version == null ? "dev" : version);
  }

  /** The request for some messages of a webhook. */
  public WebhookRequest sign(Parcel parcel) {
    var definition = parcel.webhook().definition();
    var url = urls.require(definition.url()).toString();
    var id = id(parcel);
    var headers = new LinkedHashMap<>(definition.headers().values());
    headers.put("wadi-attempt", Integer.toString(parcel.first().deliverCount()));
    var body = body(parcel, headers).getBytes(StandardCharsets.UTF_8);
    addSignature(headers, id, parcel.webhook().secrets(), body);
    return new WebhookRequest(url, id, headers, body, definition.timeoutMs());
  }

  /** A request that only tries the receiver: without messages, in the format of the webhook. */
  public WebhookRequest ping(Webhook webhook) {
    var definition = webhook.definition();
    var url = urls.require(definition.url()).toString();
    var headers = new LinkedHashMap<>(definition.headers().values());
    headers.put("content-type", contentType(definition.format()));
    headers.put("wadi-test", "true");
    var now = clock.instant();
    var id = "test_" + digest(webhook.name() + "\n" + now);
    var body = testBody(definition, id, now, headers).getBytes(StandardCharsets.UTF_8);
    addSignature(headers, id, webhook.secrets(), body);
    return new WebhookRequest(
        url, id, headers, body, Math.min(TEST_TIMEOUT_MS, definition.timeoutMs()));
  }

  /**
   * The request of a route file's own webhook.
   *
   * @param messages as kamelet {@code stream-source} gives them
   * @param body what is sent
   * @param own the user's
   */
  WebhookRequest of(
      MessageBatch messages,
      byte[] body,
      String url,
      List<SigningSecret> secrets,
      ReceiverHeaders own,
      int timeoutMs) {
    var id = id(messages.stream(), messages.consumer(), messages.messages());
    var headers = new LinkedHashMap<>(own.values());
    headers.put("content-type", JSON);
    headers.put("wadi-attempt", Integer.toString(messages.messages().get(0).deliverCount()));
    addSignature(headers, id, secrets, body);
    return new WebhookRequest(urls.require(url).toString(), id, headers, body, timeoutMs);
  }

  /** The same for the same messages of the same webhook, however often and by whom it is sent. */
  static String id(Parcel parcel) {
    var definition = parcel.webhook().definition();
    return id(definition.stream(), definition.name(), parcel.messages());
  }

  private static String id(String stream, String consumer, List<Message> messages) {
    // A seq may be another event's once a table, stream or webhook is made anew.
    var events =
        messages.stream()
            .map(message -> message.event().databaseId() + " " + message.event().idempotencyKey())
            .collect(Collectors.joining(","));
    return "msg_" + digest(stream + "\n" + consumer + "\n" + events);
  }

  private static String testBody(
      WebhookDefinition webhook, String id, Instant now, Map<String, String> headers) {
    return switch (webhook.format()) {
      case STANDARD -> "{\"data\":[]}";
      case CLOUDEVENTS_BINARY -> {
        headers.putAll(CloudEvents.testHeaders(webhook, id, now));
        yield "{}";
      }
      case CLOUDEVENTS_STRUCTURED -> CloudEvents.testJson(webhook, id, now);
      case CLOUDEVENTS_BATCH -> "[" + CloudEvents.testJson(webhook, id, now) + "]";
    };
  }

  private static String contentType(Format format) {
    return switch (format) {
      case STANDARD, CLOUDEVENTS_BINARY -> JSON;
      case CLOUDEVENTS_STRUCTURED -> "application/cloudevents+json; charset=UTF-8";
      case CLOUDEVENTS_BATCH -> "application/cloudevents-batch+json; charset=UTF-8";
    };
  }

  private static String body(Parcel parcel, Map<String, String> headers) {
    var webhook = parcel.webhook().definition();
    headers.put("content-type", contentType(webhook.format()));
    return switch (webhook.format()) {
      case STANDARD -> MessageJson.body(webhook.name(), parcel.messages());
      case CLOUDEVENTS_BINARY -> {
        headers.putAll(CloudEvents.headers(webhook, parcel.first()));
        yield MessageJson.data(webhook.name(), parcel.first());
      }
      case CLOUDEVENTS_STRUCTURED -> CloudEvents.json(webhook, parcel.first());
      case CLOUDEVENTS_BATCH ->
          parcel.messages().stream()
              .map(message -> CloudEvents.json(webhook, message))
              .collect(Collectors.joining(",", "[", "]"));
    };
  }

  private void addSignature(
      Map<String, String> headers, String id, List<SigningSecret> secrets, byte[] body) {
    long timestamp = Instant.now(clock).getEpochSecond();
    headers.putIfAbsent("user-agent", userAgent);
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", Long.toString(timestamp));
    headers.put("webhook-signature", SigningSecret.header(secrets, id, timestamp, body));
  }

  private static String digest(String text) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, ID_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
