package dev.wadi.webhook;

import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Tells which webhooks do not send as usual, and which of their files are refused. It is always up:
 * a receiver that is down is no reason to take Wadi out of service.
 */
public final class WebhookHealthCheck extends AbstractHealthCheck {

  /** More than a person reads, and few enough for an answer. */
  private static final int MOST = 50;

  private final WebhookDeliveries deliveries;
  private final WebhookFiles files;
  private final MessagesComponent routes;

  public WebhookHealthCheck(
      WebhookDeliveries deliveries, WebhookFiles files, MessagesComponent routes) {
    super("wadi", "webhooks");
    this.deliveries = deliveries;
    this.files = files;
    this.routes = routes;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    var troubled = new TreeMap<String, String>();
    deliveries.troubled().forEach((name, reason) -> troubled.put("webhook " + name, reason));
    routes.troubled().forEach((name, reason) -> troubled.put("stream-source " + name, reason));
    files.refusals().forEach((name, reason) -> troubled.put("webhook file " + name, reason));
    builder.detail("troubled", troubled.size());
    troubled.entrySet().stream()
        .limit(MOST)
        .forEach(each -> builder.detail(each.getKey(), each.getValue()));
    builder.up();
  }
}
