package dev.wadi.webhook;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Tells which webhooks do not send as usual. It is always up: a receiver that is down is no reason
 * to take Wadi out of service.
 */
public final class WebhookHealthCheck extends AbstractHealthCheck {

  /** More than a person reads, and few enough for an answer. */
  private static final int MOST = 50;

  private final WebhookDeliveries deliveries;

  public WebhookHealthCheck(WebhookDeliveries deliveries) {
    super("wadi", "webhooks");
    this.deliveries = deliveries;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    var troubled = deliveries.troubled();
    builder.detail("troubled", troubled.size());
    troubled.entrySet().stream()
        .limit(MOST)
        .forEach(each -> builder.detail("webhook " + each.getKey(), each.getValue()));
    builder.up();
  }
}
