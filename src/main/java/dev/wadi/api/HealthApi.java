package dev.wadi.api;

import dev.wadi.capture.CaptureStatus;
import java.util.Map;
import java.util.Set;

/**
 * How capture does. Reasons and warnings name hosts, roles and tables, so {@code GET /health},
 * which needs no token, tells them to this machine only; {@code GET /api/health} has them.
 */
public final class HealthApi {

  private static final Set<String> HARMLESS = Set.of("ok", "capture");

  /** What proxies add to a request that they hand on. */
  private static final Set<String> FORWARDED = Set.of("Forwarded", "X-Forwarded-For");

  private final CaptureStatus capture;
  private final boolean isLocal;

  /**
   * @param host what Wadi listens on
   * @param url where others are told to reach it, as behind a proxy; empty if they are not told
   */
  public HealthApi(CaptureStatus capture, String host, String url) {
    this.capture = capture;
    this.isLocal = HostCheck.isLoopback(host) && (url.isEmpty() || HostCheck.isOfLoopback(url));
  }

  /** 200 while changes flow or another process captures, else 503. */
  public int code() {
    return capture.healthCode();
  }

  /**
   * What the caller may know.
   *
   * @param headers of the request
   */
  public Map<String, Object> shown(Map<String, Object> headers) {
    var health = capture.health();
    boolean isForwarded = FORWARDED.stream().anyMatch(headers::containsKey);
    if (!isLocal || isForwarded) {
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
