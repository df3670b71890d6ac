package dev.wadi.webhook;

import java.util.Map;

/**
 * One POST, ready to be sent.
 *
 * @param url where to, checked
 * @param id {@code webhook-id}
 * @param headers all headers but those of HTTP itself
 * @param body exactly what was signed
 * @param timeoutMs how long all of it may take
 */
public record WebhookRequest(
    String url, String id, Map<String, String> headers, byte[] body, int timeoutMs) {

  /** Without header values and body, which may be secret. */
  @Override
  public String toString() {
    return "request " + id;
  }
}
