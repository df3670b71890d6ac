package dev.wadi.capture;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Readiness: changes flow, or this process is ready to take over from the one that captures. */
public final class CaptureHealthCheck extends AbstractHealthCheck {

  private final CaptureStatus status;

  public CaptureHealthCheck(CaptureStatus status) {
    super("wadi", "capture");
    this.status = status;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    builder.details(status.health());
    if (status.state().healthy()) {
      builder.up();
    } else {
      builder.message(status.state() + ": " + status.reason()).down();
    }
  }
}
