package dev.wadi.api;

import dev.wadi.capture.CaptureStatus;
import java.util.Map;

/**
 * What {@code GET /health} tells without a token. Reasons and warnings name hosts, roles and
 * tables, so beyond loopback they are for the API and the management port.
 */
public final class HealthApi {

  private final CaptureStatus capture;
  private final boolean isLoopback;

  /**
   * @param host what Wadi listens on
   */
  public HealthApi(CaptureStatus capture, String host) {
    this.capture = capture;
    this.isLoopback = HostCheck.isLoopback(host);
  }

  /** 200 while changes flow or another process captures, else 503. */
  public int code() {
    return capture.healthCode();
  }

  public Map<String, Object> show() {
    var health = capture.health();
    if (!isLoopback) {
      health.keySet().retainAll(java.util.Set.of("ok", "capture"));
    }
    return health;
  }
}
