package dev.wadi.api;

import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.Message;
import dev.wadi.consumer.Nack;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private final Consumers consumers;
  private final Map<String, CompletableFuture<List<Message>>> ended = new ConcurrentHashMap<>();

  public LongPolls(Consumers consumers) {
    this.consumers = consumers;
  }

  @Override
  public void handle(RoutingContext request) {
    request.request().headers().remove(HEADER);
    var asked = askedOrNull(request);
    if (asked == null || asked.parameters.waitMs() == 0) {
      request.next();
      return;
    }
    var context = request.vertx().getOrCreateContext();
    var messages =
        consumers.receive(
            asked.group,
            asked.parameters.batchSize(),
            asked.parameters.waitMs(),
            task -> context.runOnContext(nothing -> task.run()));
    var poll = new Poll(UUID.randomUUID().toString(), asked.group, messages);
    request.addEndHandler(end -> poll.end(end.succeeded(), request.response().headWritten()));
    messages.whenComplete((found, failure) -> context.runOnContext(nothing -> goOn(request, poll)));
  }

  /** What a request waited for; null if it did not wait. */
  @Nullable CompletableFuture<List<Message>> take(ApiRequest request) {
    if (request.waited() == null) {
      return null;
    }
    var waited = ended.remove(request.waited());
    // Where there is none the caller has hung up, and its messages went back.
    return waited != null ? waited : CompletableFuture.completedFuture(List.of());
  }

  private void goOn(RoutingContext request, Poll poll) {
    boolean isGone = request.response().closed() || poll.messages.isCancelled();
    if (isGone) {
      poll.giveBack();
      return;
    }
    ended.put(poll.id, poll.messages);
    request.request().headers().set(HEADER, poll.id);
    request.next();
  }

  /** Null where the route is to say what is wrong, which the caller then learns at once. */
  private @Nullable Asked askedOrNull(RoutingContext request) {
    try {
      var call = GroupCall.of(request.request().path());
      boolean isLetIn = Caller.of(request) != null;
      if (call == null || !call.isReceive() || !isLetIn) {
        return null;
      }
      ApiDoor.requireJson(request.request().headers());
      var given = new HashMap<>(ApiDoor.query(request.request().uri()));
      var body = bodyOrNull(request);
      if (body != null) {
        body.forEach(entry -> given.put(entry.getKey(), String.valueOf(entry.getValue())));
      }
      return new Asked(call.group(), ReceiveParameters.of(given));
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static @Nullable JsonObject bodyOrNull(RoutingContext request) {
    var body = request.body();
    boolean isEmpty = body == null || body.buffer() == null || body.buffer().length() == 0;
    return isEmpty ? null : body.asJsonObject();
  }

  private record Asked(String group, ReceiveParameters parameters) {}

  /** One wait, which ends with an answer or gives back what it got. */
  private final class Poll {
    private final String id;
    private final String group;
    private final CompletableFuture<List<Message>> messages;

    /** Messages that went back have the same ack ids when somebody else gets them. */
    private final AtomicBoolean over = new AtomicBoolean();

    Poll(String id, String group, CompletableFuture<List<Message>> messages) {
      this.id = id;
      this.group = group;
      this.messages = messages;
    }

    /**
     * The request is over: answered, refused on the way to its route, or its caller is gone.
     *
     * @param answered whether the answer was sent
     * @param begun whether some of it may have arrived
     */
    void end(boolean answered, boolean begun) {
      boolean refused = ended.remove(id) != null;
      if (!refused && begun && !answered) {
        nack();
      } else if (refused || !answered) {
        giveBack();
      }
    }

    /** Nobody has seen the messages, so none of them has failed. */
    void giveBack() {
      var ids = messages().stream().map(Message::ackId).toList();
      if (!ids.isEmpty() && over.compareAndSet(false, true)) {
        consumers.giveBack(group, ids);
      }
    }

    /** Somebody may have seen some of the messages. */
    private void nack() {
      var nacks = messages().stream().map(each -> new Nack(each.ackId(), 0, null)).toList();
      if (!nacks.isEmpty() && over.compareAndSet(false, true)) {
        consumers.nack(group, nacks);
      }
    }

    private List<Message> messages() {
      boolean waiting = messages.cancel(false);
      return waiting || messages.isCompletedExceptionally() ? List.of() : messages.join();
    }
  }
}
