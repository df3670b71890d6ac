package dev.wadi.webhook;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.component.http.HttpConstants;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;

/** Stands before and behind the step that posts: fills the HTTP message in, and reads the reply. */
public final class Receiver {

  /** Puts a request where the HTTP step looks for it; nothing else is left to be sent. */
  public void address(Exchange exchange) throws InvalidPayloadException {
    var message = exchange.getMessage();
    var request = message.getMandatoryBody(WebhookRequest.class);
    message.removeHeaders("*");
    request.headers().forEach(message::setHeader);
    message.setHeader(HttpConstants.HTTP_URI, request.url());
    message.setHeader(HttpConstants.HTTP_METHOD, "POST");
    message.setHeader(BoundedExchange.TIMEOUT_HEADER, Integer.toString(request.timeoutMs()));
    message.setBody(request.body());
  }

  /** The reply in place of the HTTP message. */
  public void read(Exchange exchange) {
    var message = exchange.getMessage();
    var body = message.getBody(byte[].class);
    int status = message.getHeader(HttpConstants.HTTP_RESPONSE_CODE, 0, Integer.class);
    var retryAfter = message.getHeader(HttpHeaders.RETRY_AFTER, String.class);
    message.removeHeaders("*");
    message.setBody(new Reply(status, body == null ? new byte[0] : body, retryAfter, null));
  }

  /** A reply that tells why there is none. */
  public void explain(Exchange exchange) {
    var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(Reply.none(reason(failure)));
  }

  /**
   * The reply, unless it is a refusal.
   *
   * @throws ReceiverFailedException if the receiver did not take the messages, or may not have
   *     taken all: a step behind this one could lose what the reply says of it
   */
  public Reply require(Reply reply) {
    if (!reply.succeeded() || reply.mentions(Verdict.FAILURES)) {
      throw new ReceiverFailedException(reply);
    }
    return reply;
  }

  static String reason(Throwable failure) {
    if (failure instanceof InterruptedIOException) {
      return "timeout: " + failure.getMessage();
    }
    if (failure instanceof UnknownHostException) {
      return "name lookup: " + failure.getMessage();
    }
    if (failure instanceof HttpHostConnectException || failure instanceof SocketException) {
      return "connection: " + failure.getMessage();
    }
    if (failure instanceof SSLException) {
      return "TLS: " + failure.getMessage();
    }
    if (failure instanceof HttpException) {
      return "not HTTP: " + failure.getMessage();
    }
    return "request failed: " + failure.getMessage();
  }
}
