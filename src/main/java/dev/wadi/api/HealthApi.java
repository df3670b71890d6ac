package dev.wadi.api;

import dev.wadi.capture.CaptureStatus;
import java.util.Map;
import java.util.Set;

/**
 * How capture does. Reasons and warnings name hosts, roles and tables, so beyond loopback {@code
 * GET /health}, which needs no token, leaves them out; {@code GET /api/health} has them.
 */
public final class HealthApi {

  private static final Set<String> HARMLESS = Set.of("ok", "capture");

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

  /** What everybody may know. */
  public Map<String, Object> shown() {
    var health = capture.health();
    if (!isLoopback) {
      health.keySet().retainAll(HARMLESS);
    }
    return health;
  }

  /** All of it, for who has a token. */
  public Map<String, Object> show(ApiRequest request) {
    request.allow();
    return capture.health();
  }
}
