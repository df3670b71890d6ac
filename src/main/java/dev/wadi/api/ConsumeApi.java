package dev.wadi.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.MessageJson;
import dev.wadi.consumer.Nack;
import dev.wadi.consumer.Outcome;
import dev.wadi.webhook.WebhookDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Consume Group API: receive, ack, nack, extend. */
public final class ConsumeApi {

  private static final long EXTEND_MS = 30_000;
  private static final String NOT_ALL =
      "Some ack ids are stale or unknown, see results; their messages come again or are settled,"
          + " and the other ids are done";

  private final Consumers consumers;
  private final LongPolls longPolls;

  public ConsumeApi(Consumers consumers, LongPolls longPolls) {
    this.consumers = consumers;
    this.longPolls = longPolls;
  }

  /** Body of ack. */
  public record Ack(@Nullable JsonNode ackIds, boolean strict) {}

  /** Body of nack: the same for all ids, or each by itself. */
  public record NackBody(
      @Nullable JsonNode ackIds,
      @Nullable Long delayMs,
      @Nullable String reason,
      @Nullable List<NackItem> items,
      boolean strict) {}

  /** One id of a nack. */
  public record NackItem(
      @Nullable JsonNode ackId, @Nullable Long delayMs, @Nullable String reason) {}

  /** Body of extend. */
  public record Extend(@Nullable JsonNode ackIds, @Nullable JsonNode ms, boolean strict) {}

  /** The next messages; a long poll has waited for them before it came here. */
  public Answer receive(ApiRequest request) throws Exception {
    var waited = longPolls.take(request);
    var messages =
        Waiting.on(
            waited != null
                ? waited
                : consumers.receive(group(request), ReceiveParameters.of(request).batchSize(), 0));
    return new Answer(200, new RawJson(MessageJson.page(request.name(), messages)), Map.of());
  }

  public Answer ack(ApiRequest request) throws Exception {
    var body = request.read(Ack.class);
    var acked = Waiting.on(consumers.ack(group(request), ids(body.ackIds())));
    return results(acked, "acked", body.strict());
  }

  public Answer nack(ApiRequest request) throws Exception {
    var body = request.read(NackBody.class);
    var nacked = Waiting.on(consumers.nack(group(request), nacks(body)));
    return results(nacked, "nacked", body.strict());
  }

  public Answer extend(ApiRequest request) throws Exception {
    var body = request.read(Extend.class);
    long ms = body.ms() == null ? EXTEND_MS : number(body.ms());
    var extended = Waiting.on(consumers.extend(group(request), ids(body.ackIds()), ms));
    return results(extended, "extended", body.strict());
  }

  /** What a webhook is given only Wadi settles: others would settle what was never posted. */
  private static String group(ApiRequest request) {
    if (WebhookDefinition.isGroupOfWebhook(request.name())) {
      throw ConsumerGroupApi.unknown();
    }
    return request.name();
  }

  private static long number(JsonNode ms) {
    if (!ms.isIntegralNumber() || !ms.canConvertToLong()) {
      throw Problem.invalid("ms", "must be a whole number");
    }
    return ms.asLong();
  }

  private static List<String> ids(@Nullable JsonNode ids) {
    var read = new ArrayList<String>();
    boolean fit = ids != null && ids.isArray() && ids.size() <= Consumers.MAX_ACK_IDS;
    if (ids != null && fit) {
      ids.forEach(id -> read.add(id.isTextual() ? id.asText() : ""));
    }
    if (read.isEmpty() || read.stream().anyMatch(String::isBlank)) {
      throw Problem.badRequest(
          "Invalid ack_ids. Must send a top-level `ack_ids` property that is a non-empty list of at"
              + " most "
              + Consumers.MAX_ACK_IDS
              + " ack ids");
    }
    return read;
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
    var given = Json.array();
    body.items().forEach(item -> given.add(item.ackId()));
    var ids = ids(given);
    for (int index = 0; index < ids.size(); index++) {
      var item = body.items().get(index);
      nacks.add(new Nack(ids.get(index), delay(item.delayMs()), item.reason()));
    }
    return nacks;
  }

  private static long delay(@Nullable Long delayMs) {
    return delayMs == null ? 0 : delayMs;
  }

  /**
   * What became of each id. Only a strict caller is refused for those that are stale or unknown;
   * the others are done all the same.
   */
  private static Answer results(Map<String, Outcome> outcomes, String done, boolean strict) {
    var results = new LinkedHashMap<String, String>();
    outcomes.forEach(
        (id, outcome) ->
            results.put(
                id, outcome == Outcome.DONE ? done : outcome.name().toLowerCase(Locale.ROOT)));
    boolean refused = strict && outcomes.values().stream().anyMatch(each -> each != Outcome.DONE);
    return refused
        ? new Answer(409, Map.of("summary", NOT_ALL, "results", results), Map.of())
        : Answer.ok(Map.of("success", true, "results", results));
  }
}
