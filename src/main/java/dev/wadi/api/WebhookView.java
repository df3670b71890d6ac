package dev.wadi.api;

import dev.wadi.webhook.Attempts;
import dev.wadi.webhook.Webhook;
import dev.wadi.webhook.WebhookDeliveries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A webhook as callers see it: its settings without what is secret, and how it is doing. */
final class WebhookView {

  private final WebhookDeliveries deliveries;
  private final Attempts attempts;

  WebhookView(WebhookDeliveries deliveries, Attempts attempts) {
    this.deliveries = deliveries;
    this.attempts = attempts;
  }

  Map<String, @Nullable Object> of(Webhook webhook) throws Exception {
    var definition = webhook.definition();
    var filters = definition.filters();
    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("name", definition.name());
    shown.put("stream", definition.stream());
    shown.put("url", definition.url());
    shown.put("headers", definition.headers().names());
    shown.put("batch_size", definition.batchSize());
    shown.put("timeout_ms", definition.timeoutMs());
    shown.put("max_concurrency", definition.maxConcurrency());
    shown.put("max_deliver", definition.maxDeliver());
    shown.put("filters", filters == null ? List.of() : Json.tree(filters));
    shown.put("start", definition.start());
    shown.put("retry_delays_ms", definition.retries().delaysMs());
    shown.put("format", definition.format().text());
    shown.put("previous_secret_until", webhook.previousSecretUntil());
    shown.put("status", status(webhook));
    return shown;
  }

  private Map<String, @Nullable Object> status(Webhook webhook) throws Exception {
    var shown = new LinkedHashMap<String, @Nullable Object>();
    var status = deliveries.status(webhook);
    shown.put("state", status.state());
    shown.put("reason", status.reason());
    shown.put("in_flight", status.inFlight());
    shown.put("paused_ms", status.pausedMs());
    var group = status.group();
    if (group != null) {
      shown.put("cursor", group.cursor());
      shown.put("lag", group.lag());
      shown.put("blocked_keys", group.parkedKeys());
      shown.put("oldest_committed_at", group.oldestCommittedAt());
    }
    shown.put("last_attempt", attempts.list(webhook, 1).stream().findFirst().orElse(null));
    return shown;
  }
}
