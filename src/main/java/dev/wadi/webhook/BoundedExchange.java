package dev.wadi.webhook;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request and its reply to one deadline, from looking up the name to the last byte, and
 * takes no more than a bounded piece of the reply. Whatever a receiver does, it keeps a thread no
 * longer than that.
 */
final class BoundedExchange implements ExecChainHandler {

  /** Header by which the route says how long the request may take; it is not sent. */
  static final String TIMEOUT_HEADER = "wadi-timeout-ms";

  static final int MAX_REPLY_BYTES = 16_384;
  private static final long MAX_CONNECT_MS = 5_000;

  private final ScheduledExecutorService timer;

  BoundedExchange(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    long timeoutMs = takeTimeout(request);
    limitWaits(scope, timeoutMs);
    var expired = new AtomicBoolean();
    var runtime = scope.execRuntime;
    var end = timer.schedule(() -> expire(expired, runtime), timeoutMs, TimeUnit.MILLISECONDS);
    Deadline.begin(timeoutMs);
    during(runtime::discardEndpoint);
    try {
      return bounded(chain.proceed(request, scope), runtime);
    } catch (IOException | HttpException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new SocketException("ended by Wadi, which stops; its messages are given back");
      }
      if (expired.get()) {
        var late = new InterruptedIOException("no complete reply within " + timeoutMs + " ms");
        late.initCause(e);
        throw late;
      }
      throw e;
    } finally {
      during(null);
      end.cancel(false);
      Deadline.end();
    }
  }

  private static void during(@Nullable Runnable abort) {
    if (Thread.currentThread() instanceof DeliveryThread thread) {
      thread.isAt(abort);
    }
  }

  /**
   * What ends the exchange closes its connection, which it does not have while it waits for one of
   * the pool, nor while it connects.
   */
  @SuppressWarnings("deprecation") // There is no other limit of connecting that is a request's own.
  private static void limitWaits(ExecChain.Scope scope, long timeoutMs) {
    var context = scope.clientContext;
    context.setRequestConfig(
        RequestConfig.copy(context.getRequestConfigOrDefault())
            .setConnectionRequestTimeout(timeoutMs, TimeUnit.MILLISECONDS)
            .setConnectTimeout(Math.min(timeoutMs, MAX_CONNECT_MS), TimeUnit.MILLISECONDS)
            .build());
  }

  private static long takeTimeout(ClassicHttpRequest request) {
    var header = request.getFirstHeader(TIMEOUT_HEADER);
    request.removeHeaders(TIMEOUT_HEADER);
    return header == null ? Deadline.remainingMs() : Long.parseLong(header.getValue());
  }

  private static void expire(AtomicBoolean expired, ExecRuntime runtime) {
    expired.set(true);
    runtime.discardEndpoint();
  }

  /** The reply with what is kept of it; a connection with more to come is given up. */
  private static ClassicHttpResponse bounded(ClassicHttpResponse reply, ExecRuntime runtime)
      throws IOException {
    var entity = reply.getEntity();
    var bytes = entity == null ? new byte[0] : read(entity, runtime);
    reply.setEntity(new ByteArrayEntity(bytes, ContentType.APPLICATION_OCTET_STREAM));
    var retryAfter = reply.getFirstHeader(HttpHeaders.RETRY_AFTER);
    reply.setHeaders(retryAfter == null ? new Header[0] : new Header[] {retryAfter});
    return reply;
  }

  private static byte[] read(HttpEntity entity, ExecRuntime runtime) throws IOException {
    var content = entity.getContent();
    var bytes = content.readNBytes(MAX_REPLY_BYTES);
    boolean complete = bytes.length < MAX_REPLY_BYTES || content.read() < 0;
    if (complete) {
      content.close();
    } else {
      runtime.discardEndpoint();
    }
    return bytes;
  }
}
