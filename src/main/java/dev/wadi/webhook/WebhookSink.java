package dev.wadi.webhook;

import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/** What kamelet {@code webhook-sink} knows of its receiver. */
public final class WebhookSink {

  private final WebhookRequests requests;
  private final String url;
  private final SigningSecret secret;
  private final int timeoutMs;

  public WebhookSink(WebhookRequests requests, String url, String secret, int timeoutMs) {
    this.requests = requests;
    this.url = url;
    this.secret = SigningSecret.parse(secret);
    this.timeoutMs = timeoutMs;
  }

  /** The request for the body, which is sent as it is. */
  public WebhookRequest sign(Exchange exchange) throws InvalidPayloadException {
    var messages = exchange.getVariable("messages", MessageBatch.class);
    if (messages == null) {
      throw new IllegalStateException(
          "webhook-sink: must end a route that begins with stream-source");
    }
    var body = exchange.getMessage().getMandatoryBody(byte[].class);
    return requests.of(messages, body, url, secret, timeoutMs);
  }
}
