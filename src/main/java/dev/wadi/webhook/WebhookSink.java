package dev.wadi.webhook;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/** What kamelet {@code webhook-sink} knows of its receiver. */
public final class WebhookSink {

  private final WebhookRequests requests;
  private final String url;
  private final List<SigningSecret> secrets;
  private final int timeoutMs;
  private ReceiverHeaders headers = ReceiverHeaders.NONE;

  /**
   * @param previousSecret signs too; empty for none
   * @throws dev.wadi.stream.ValidationException if a secret cannot be used
   */
  public WebhookSink(
      WebhookRequests requests, String url, String secret, String previousSecret, int timeoutMs) {
    this.requests = requests;
    this.url = url;
    this.secrets = secrets(secret, previousSecret);
    this.timeoutMs = timeoutMs;
  }

  /**
   * What is sent besides. No parameter of the constructor, whose quotes and commas Camel reads.
   *
   * @param json one object whose values are texts; empty for nothing
   * @throws dev.wadi.stream.ValidationException if it is none, or a header cannot be used
   */
  public void setHeaders(String json) {
    headers = ReceiverHeaders.parse(json);
  }

  /** The request for the body, which is sent as it is. */
  public WebhookRequest sign(Exchange exchange) throws InvalidPayloadException {
    var messages = exchange.getVariable("messages", MessageBatch.class);
    if (messages == null) {
      throw new IllegalStateException(
          "webhook-sink: must end a route that begins with stream-source");
    }
    var body = exchange.getMessage().getMandatoryBody(byte[].class);
    return requests.of(messages, body, url, secrets, headers, timeoutMs);
  }

  private static List<SigningSecret> secrets(String secret, String previous) {
    var current = SigningSecret.parse(secret);
    return previous.isEmpty() ? List.of(current) : List.of(current, SigningSecret.parse(previous));
  }
}
