package dev.wadi.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.MessageJson;
import dev.wadi.consumer.Nack;
import dev.wadi.consumer.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Consume Group API: receive, ack, nack, extend. */
public final class ConsumeApi {

  private static final long EXTEND_MS = 30_000;

  private final Consumers consumers;
  private final LongPolls longPolls;

  public ConsumeApi(Consumers consumers, LongPolls longPolls) {
    this.consumers = consumers;
    this.longPolls = longPolls;
  }

  /** Body of ack. */
  public record Ack(@Nullable List<String> ackIds) {}

  /** Body of nack: the same for all ids, or each by itself. */
  public record NackBody(
      @Nullable List<String> ackIds,
      @Nullable Long delayMs,
      @Nullable String reason,
      @Nullable List<NackItem> items) {}

  /** One id of a nack. */
  public record NackItem(@Nullable String ackId, @Nullable Long delayMs, @Nullable String reason) {}

  /** Body of extend. */
  public record Extend(@Nullable List<String> ackIds, @Nullable JsonNode ms) {}

  /** The next messages; a long poll has waited for them before it came here. */
  public Answer receive(ApiRequest request) throws Exception {
    var waited = longPolls.take(request);
    var messages =
        Waiting.on(
            waited != null
                ? waited
                : consumers.receive(request.name(), ReceiveParameters.of(request).batchSize(), 0));
    return new Answer(200, new RawJson(MessageJson.page(request.name(), messages)), Map.of());
  }

  public Map<String, Object> ack(ApiRequest request) throws Exception {
    var ids = ids(request.read(Ack.class).ackIds());
    return results(Waiting.on(consumers.ack(request.name(), ids)), "acked");
  }

  public Map<String, Object> nack(ApiRequest request) throws Exception {
    var nacks = nacks(request.read(NackBody.class));
    return results(Waiting.on(consumers.nack(request.name(), nacks)), "nacked");
  }

  public Map<String, Object> extend(ApiRequest request) throws Exception {
    var body = request.read(Extend.class);
    long ms = body.ms() == null ? EXTEND_MS : number(body.ms());
    return results(
        Waiting.on(consumers.extend(request.name(), ids(body.ackIds()), ms)), "extended");
  }

  private static long number(JsonNode ms) {
    if (!ms.isIntegralNumber() || !ms.canConvertToLong()) {
      throw Problem.invalid("ms", "must be a whole number");
    }
    return ms.asLong();
  }

  private static List<String> ids(@Nullable List<String> ids) {
    boolean fit =
        ids != null
            && !ids.isEmpty()
            && ids.size() <= Consumers.MAX_ACK_IDS
            && ids.stream().allMatch(id -> id != null && !id.isBlank());
    if (ids == null || !fit) {
      throw Problem.badRequest(
          "Invalid ack_ids. Must send a top-level `ack_ids` property that is a non-empty list of at most "
              + Consumers.MAX_ACK_IDS
              + " ack ids");
    }
    return ids;
  }

  private static List<Nack> nacks(NackBody body) {
    var nacks = new ArrayList<Nack>();
    if (body.items() == null) {
      for (var id : ids(body.ackIds())) {
        nacks.add(new Nack(id, delay(body.delayMs()), body.reason()));
      }
      return nacks;
    }
    if (body.ackIds() != null) {
      throw Problem.invalid("items", "give either `ack_ids` or `items`");
    }
    ids(body.items().stream().map(item -> item == null ? null : item.ackId()).toList());
    for (var item : body.items()) {
      nacks.add(new Nack(String.valueOf(item.ackId()), delay(item.delayMs()), item.reason()));
    }
    return nacks;
  }

  private static long delay(@Nullable Long delayMs) {
    return delayMs == null ? 0 : delayMs;
  }

  private static Map<String, Object> results(Map<String, Outcome> outcomes, String done) {
    var results = new LinkedHashMap<String, String>();
    outcomes.forEach(
        (id, outcome) ->
            results.put(
                id, outcome == Outcome.DONE ? done : outcome.name().toLowerCase(Locale.ROOT)));
    return Map.of("success", true, "results", results);
  }
}
