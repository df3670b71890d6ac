package dev.wadi.api;

import dev.wadi.consumer.Consumers;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Hands a call for a consumer group over to the process that serves it: once, and while it waits
 * without a thread.
 *
 * <p>A call that was handed over already is answered here, whatever the answer is.
 */
public final class Forwarding implements Handler<RoutingContext> {

  private static final String HOP = "wadi-hop";
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

  /** Longer than the longest wait of a receive. */
  private static final Duration LIMIT = Duration.ofMillis(Consumers.MAX_WAIT_MS + 15_000);

  private final Consumers consumers;

  /** Null until it is needed: it reads Java's certificates, a twentieth of the time of a start. */
  private @Nullable HttpClient http;

  public Forwarding(Consumers consumers) {
    this.consumers = consumers;
  }

  /** Takes certificates of other processes for good that this context does. */
  public synchronized void trust(SSLContext context) {
    http = client().sslContext(context).build();
  }

  private synchronized HttpClient http() {
    var found = http == null ? client().build() : http;
    http = found;
    return found;
  }

  private static HttpClient.Builder client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT_LIMIT);
  }

  @Override
  public void handle(RoutingContext call) {
    var owner = ownerOrNull(call);
    if (owner == null) {
      call.next();
      return;
    }
    try {
      handOver(call, owner);
    } catch (Problem refused) {
      ApiFront.end(call, refused);
    }
  }

  private void handOver(RoutingContext call, String owner) {
    var context = call.vertx().getOrCreateContext();
    var answer = http().sendAsync(request(call, owner), BodyHandlers.ofByteArray());
    call.addEndHandler(end -> answer.cancel(true));
    answer.whenComplete(
        (found, failure) -> context.runOnContext(nothing -> answer(call, owner, found)));
  }

  /** Null where the call is to be answered here, if only to say what is wrong with it. */
  private @Nullable String ownerOrNull(RoutingContext call) {
    var groupCall = GroupCall.of(call.request().path());
    boolean isLetIn = Caller.of(call) != null;
    if (groupCall == null || !isLetIn || call.request().getHeader(HOP) != null) {
      return null;
    }
    return consumers.servedElsewhere(groupCall.group());
  }

  private static HttpRequest request(RoutingContext call, String owner) {
    var body = call.body().buffer();
    var publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body.getBytes());
    var request =
        to(owner, path(call))
            .timeout(LIMIT)
            .header(HOP, "1")
            .header("Authorization", call.request().getHeader("Authorization"))
            .method(call.request().method().name(), publisher);
    var type = call.request().getHeader("Content-Type");
    return type == null ? request.build() : request.header("Content-Type", type).build();
  }

  private static HttpRequest.Builder to(String owner, String path) {
    requireReadable(path);
    try {
      return HttpRequest.newBuilder(URI.create(owner + path));
    } catch (IllegalArgumentException e) {
      throw new Problem(
          503,
          "The consumer group is served by "
              + owner
              + ", which is no address that can be called; set wadi.http.url there");
    }
  }

  private static void requireReadable(String path) {
    try {
      URI.create(path);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("The query cannot be read; write other characters than A-Z as %XX");
    }
  }

  /** What the call was checked by, not the request's target, which may begin with anything. */
  private static String path(RoutingContext call) {
    var query = call.request().query();
    return call.request().path() + (query == null ? "" : "?" + query);
  }

  private static void answer(
      RoutingContext call, String owner, @Nullable HttpResponse<byte[]> found) {
    if (call.response().closed() || call.response().ended()) {
      return;
    }
    if (found == null) {
      ApiFront.end(
          call,
          new Problem(
              503,
              "The consumer group is served by " + owner + ", which does not answer; try again"));
      return;
    }
    var response = call.response().setStatusCode(found.statusCode());
    for (var name : List.of("Content-Type", "Retry-After")) {
      found.headers().firstValue(name).ifPresent(value -> response.putHeader(name, value));
    }
    response.end(io.vertx.core.buffer.Buffer.buffer(found.body()));
  }
}
