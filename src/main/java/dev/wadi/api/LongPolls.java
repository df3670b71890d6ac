package dev.wadi.api;

import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.Message;
import dev.wadi.consumer.Nack;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets receives wait before they reach their route: a waiting receive holds neither a thread nor a
 * database connection.
 *
 * <p>It goes on to the route, which answers it, once it has messages or its time is over. If the
 * caller hangs up before, the messages go back at once.
 */
public final class LongPolls implements Handler<RoutingContext> {

  /** Names the wait that a request has behind it; never taken from a caller. */
  static final String HEADER = "Wadi-Waited";

  private final Tokens tokens;
  private final Consumers consumers;
  private final Map<String, CompletableFuture<List<Message>>> ended = new ConcurrentHashMap<>();

  public LongPolls(Tokens tokens, Consumers consumers) {
    this.tokens = tokens;
    this.consumers = consumers;
  }

  @Override
  public void handle(RoutingContext request) {
    request.request().headers().remove(HEADER);
    var parameters = parametersOrNull(request);
    if (parameters == null || parameters.waitMs() == 0) {
      request.next();
      return;
    }
    var group = ApiRequest.decoded(request.pathParam("name"));
    var context = request.vertx().getOrCreateContext();
    var messages = consumers.receive(group, parameters.batchSize(), parameters.waitMs());
    var hangUp = new HangUp(group, messages);
    request.response().closeHandler(closed -> hangUp.run());
    messages.whenComplete((found, failure) -> goOn(context, request, messages, hangUp));
  }

  /** What a request waited for; null if it did not wait. */
  @Nullable CompletableFuture<List<Message>> take(ApiRequest request) {
    return request.waited() == null ? null : ended.remove(request.waited());
  }

  private void goOn(
      Context context,
      RoutingContext request,
      CompletableFuture<List<Message>> messages,
      HangUp hangUp) {
    context.runOnContext(
        nothing -> {
          if (request.response().closed() || messages.isCancelled()) {
            hangUp.run();
            return;
          }
          var id = UUID.randomUUID().toString();
          ended.put(id, messages);
          request.request().headers().set(HEADER, id);
          request.addEndHandler(end -> ended.remove(id));
          request.next();
        });
  }

  /** Null where the route is to say what is wrong, which the caller then learns at once. */
  private @Nullable ReceiveParameters parametersOrNull(RoutingContext request) {
    try {
      tokens.require(request.request().headers().getAll("Authorization"));
      var given = new HashMap<String, String>();
      request.queryParams().forEach(entry -> given.put(entry.getKey(), entry.getValue()));
      var body =
          request.body() == null || request.body().buffer() == null
              ? null
              : request.body().asJsonObject();
      if (body != null) {
        body.forEach(entry -> given.put(entry.getKey(), String.valueOf(entry.getValue())));
      }
      return ReceiveParameters.of(given);
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** Ends the wait of a caller who is gone and gives back what it got. */
  private final class HangUp implements Runnable {
    private final String group;
    private final CompletableFuture<List<Message>> messages;

    HangUp(String group, CompletableFuture<List<Message>> messages) {
      this.group = group;
      this.messages = messages;
    }

    @Override
    public void run() {
      boolean waiting = messages.cancel(false);
      if (waiting || messages.isCompletedExceptionally()) {
        return;
      }
      var nacks =
          messages.join().stream().map(message -> new Nack(message.ackId(), 0, null)).toList();
      if (!nacks.isEmpty()) {
        consumers.nack(group, nacks);
      }
    }
  }
}
