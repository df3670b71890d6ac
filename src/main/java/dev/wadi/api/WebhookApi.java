package dev.wadi.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.StartPosition;
import dev.wadi.stream.ValidationException;
import dev.wadi.webhook.Attempts;
import dev.wadi.webhook.Format;
import dev.wadi.webhook.ReceiverHeaders;
import dev.wadi.webhook.ReceiverUrls;
import dev.wadi.webhook.Reply;
import dev.wadi.webhook.RetrySchedule;
import dev.wadi.webhook.SigningSecret;
import dev.wadi.webhook.Webhook;
import dev.wadi.webhook.WebhookDefinition;
import dev.wadi.webhook.WebhookDeliveries;
import dev.wadi.webhook.WebhookRequest;
import dev.wadi.webhook.WebhookRequests;
import dev.wadi.webhook.Webhooks;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API's webhooks. */
public final class WebhookApi {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.api");

  private final Webhooks webhooks;
  private final WebhookDeliveries deliveries;
  private final WebhookView view;
  private final Attempts attempts;
  private final Consumers consumers;
  private final ConsumerGroups groups;
  private final ReceiverUrls urls;
  private final WebhookRequests requests;

  public WebhookApi(
      Webhooks webhooks,
      WebhookDeliveries deliveries,
      Attempts attempts,
      Consumers consumers,
      ConsumerGroups groups,
      ReceiverUrls urls,
      WebhookRequests requests) {
    this.webhooks = webhooks;
    this.deliveries = deliveries;
    this.view = new WebhookView(deliveries, attempts);
    this.attempts = attempts;
    this.consumers = consumers;
    this.groups = groups;
    this.urls = urls;
    this.requests = requests;
  }

  /** Body of POST and PUT. */
  public record Body(
      @Nullable String name,
      @Nullable String stream,
      @Nullable String url,
      @Nullable Map<String, String> headers,
      @Nullable String secret,
      @Nullable Integer batchSize,
      @Nullable Integer timeoutMs,
      @Nullable Integer maxConcurrency,
      @Nullable JsonNode maxDeliver,
      @Nullable JsonNode filters,
      ConsumerGroupApi.@Nullable Start start,
      @Nullable List<Long> retryDelaysMs,
      @Nullable String format) {}

  /** Body of redeliver: one dead letter, or all. */
  public record Redelivery(@Nullable Long seq) {}

  /** Body of rotate_secret. */
  public record Rotation(@Nullable String secret, @Nullable Boolean dropPrevious) {}

  public Map<String, Object> list(ApiRequest request) throws Exception {
    request.allow();
    var shown = new ArrayList<Map<String, @Nullable Object>>();
    for (var webhook : webhooks.list()) {
      shown.add(shown(webhook));
    }
    return Map.of("data", shown);
  }

  public Map<String, @Nullable Object> show(ApiRequest request) throws Exception {
    return shown(find(request));
  }

  /** The answer holds the secret, this once. */
  public Answer create(ApiRequest request) throws Exception {
    var body = request.read(Body.class);
    var definition = definition(body, null);
    var secret = secret(body.secret());
    webhooks.create(definition, secret);
    takeNotice();
    return Answer.created(withSecret(found(definition.name()), secret));
  }

  public Map<String, @Nullable Object> update(ApiRequest request) throws Exception {
    var old = find(request);
    var body = request.read(Body.class);
    if (body.secret() != null) {
      throw ValidationException.of("secret", "is changed by rotate_secret");
    }
    var changed = definition(body, old.definition());
    ConsumerGroupApi.requireSame(old.definition().start(), changed.start());
    webhooks.update(changed);
    takeNotice();
    return shown(found(old.name()));
  }

  public Answer delete(ApiRequest request) throws Exception {
    if (!webhooks.delete(request.name())) {
      throw Problem.notFound("webhook", request.name());
    }
    takeNotice();
    return Answer.nothing();
  }

  public Map<String, @Nullable Object> pause(ApiRequest request) throws Exception {
    var name = find(request).name();
    webhooks.pause(name);
    takeNotice();
    return shown(found(name));
  }

  /** Lets a webhook go on that was paused, or that 410 disabled. */
  public Map<String, @Nullable Object> resume(ApiRequest request) throws Exception {
    var name = find(request).name();
    webhooks.resume(name);
    takeNotice();
    return shown(found(name));
  }

  /** What is to be posted to try the receiver. */
  public WebhookRequest ping(ApiRequest request) throws Exception {
    return requests.ping(find(request));
  }

  /** What the receiver said to the ping. */
  public Map<String, @Nullable Object> tested(Reply reply, ApiRequest request) throws Exception {
    var webhook = find(request);
    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("success", reply.succeeded());
    shown.put("status", reply.status());
    shown.put("error", reply.succeeded() ? null : webhook.masked(reply.reason()));
    return shown;
  }

  public Map<String, Object> attempts(ApiRequest request) throws Exception {
    request.allow("limit");
    int most = (int) request.number("limit", Attempts.KEPT, 1, Attempts.KEPT);
    return Map.of("data", attempts.list(find(request), most));
  }

  public Map<String, Object> dead(ApiRequest request) throws Exception {
    request.allow("after", "limit");
    var group = find(request).definition().group();
    var found = groups.find(group);
    long after = request.number("after", 0, 0, Long.MAX_VALUE);
    int most = (int) request.number("limit", 100, 1, 1_000);
    return found.isEmpty()
        ? ConsumerGroupApi.deadPage(List.of(), after, 0)
        : ConsumerGroupApi.deadPage(
            groups.dead(found.get(), after, most), after, groups.countDead(found.get()));
  }

  /** Sends dead letters once more, and says how many others there still are. */
  public Map<String, Object> redeliver(ApiRequest request) throws Exception {
    var webhook = find(request);
    var seq = request.readOr(Redelivery.class, new Redelivery(null)).seq();
    var seqs = seq == null ? null : List.of(seq);
    int redelivered = Waiting.on(consumers.redrive(webhook.definition().group(), seqs));
    return Map.of("redelivered", redelivered, "remaining", webhooks.countLeft(webhook));
  }

  /** Sends every event from a place on, once more if need be. */
  public Map<String, @Nullable Object> seek(ApiRequest request) throws Exception {
    var webhook = find(request);
    var to = ConsumerGroupApi.start(request.read(ConsumerGroupApi.Seek.class));
    var name = webhook.definition().group();
    var group = groups.find(name);
    var place = group.isEmpty() ? to : groups.located(group.get(), to);
    Waiting.on(consumers.seek(name, place));
    return shown(found(webhook.name()));
  }

  /** The answer holds the new secret, this once. */
  public Map<String, @Nullable Object> rotateSecret(ApiRequest request) throws Exception {
    var webhook = find(request);
    var rotation = request.readOr(Rotation.class, new Rotation(null, null));
    var secret = secret(rotation.secret());
    boolean keep = !Boolean.TRUE.equals(rotation.dropPrevious());
    if (keep && webhook.previousSecret() != null) {
      throw overlapping(webhook);
    }
    if (!webhooks.rotate(webhook, secret)) {
      throw overlapping(found(webhook.name()));
    }
    takeNotice();
    return withSecret(found(webhook.name()), secret);
  }

  private static Problem overlapping(Webhook webhook) {
    return new Problem(
        409,
        "webhook '%s': the secret before its last rotation signs until %s, and another rotation would end that; rotate later, or with \"drop_previous\": true"
            .formatted(webhook.name(), webhook.previousSecretUntil()));
  }

  private WebhookDefinition definition(Body body, @Nullable WebhookDefinition old) {
    if (old != null && body.name() != null && !old.name().equals(body.name())) {
      throw ValidationException.of("name", "cannot be changed (is '" + old.name() + "')");
    }
    var url = or(body.url(), old == null ? "" : old.url());
    if (url.isEmpty()) {
      throw ValidationException.of("url", "can't be blank");
    }
    return new WebhookDefinition(
        old == null ? or(body.name(), "") : old.name(),
        or(body.stream(), old == null ? "" : old.stream()),
        urls.require(url).toString(),
        headers(body.headers(), old),
        or(body.batchSize(), old == null ? WebhookDefinition.BATCH_SIZE : old.batchSize()),
        or(body.timeoutMs(), old == null ? WebhookDefinition.TIMEOUT_MS : old.timeoutMs()),
        or(
            body.maxConcurrency(),
            old == null ? WebhookDefinition.MAX_CONCURRENCY : old.maxConcurrency()),
        ConsumerGroupApi.maxDeliver(body.maxDeliver(), old == null ? null : old.maxDeliver()),
        body.filters() != null ? filters(body.filters()) : old == null ? null : old.filters(),
        start(body.start(), old),
        body.retryDelaysMs() == null
            ? old == null ? RetrySchedule.DEFAULT : old.retries()
            : retries(body.retryDelaysMs()),
        body.format() == null
            ? old == null ? Format.STANDARD : old.format()
            : Format.parse(body.format()));
  }

  private static StartPosition start(
      ConsumerGroupApi.@Nullable Start given, @Nullable WebhookDefinition old) {
    if (given != null) {
      return ConsumerGroupApi.start(given.position(), given.value());
    }
    return old == null ? StartPosition.BEGINNING : old.start();
  }

  private static SigningSecret secret(@Nullable String given) {
    return given == null ? SigningSecret.random() : SigningSecret.parse(given);
  }

  private static ReceiverHeaders headers(
      @Nullable Map<String, String> given, @Nullable WebhookDefinition old) {
    if (given == null) {
      return old == null ? ReceiverHeaders.NONE : old.headers();
    }
    return ReceiverHeaders.given(given);
  }

  private static @Nullable String filters(JsonNode given) {
    boolean none = given.isNull() || given.isArray() && given.isEmpty();
    return none ? null : given.toString();
  }

  private static RetrySchedule retries(List<Long> given) {
    if (given.contains(null)) {
      throw ValidationException.of("retry_delays_ms", "must be whole numbers");
    }
    return new RetrySchedule(given);
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  private Webhook find(ApiRequest request) throws Exception {
    return webhooks
        .find(request.name())
        .orElseThrow(() -> Problem.notFound("webhook", request.name()));
  }

  private Webhook found(String name) throws Exception {
    return webhooks.find(name).orElseThrow(() -> Problem.notFound("webhook", name));
  }

  /**
   * What was changed is changed, and the answer may hold a secret: a failure here is not theirs.
   */
  private void takeNotice() {
    try {
      consumers.refresh();
      deliveries.refresh();
    } catch (SQLException e) {
      LOG.warn("webhooks: a change is taken notice of later: {}", e.getMessage());
    }
  }

  private Map<String, @Nullable Object> withSecret(Webhook webhook, SigningSecret secret)
      throws Exception {
    var shown = shown(webhook);
    shown.put("secret", secret.text());
    if (secret.publicKey() != null) {
      shown.put("public_key", secret.publicKey());
    }
    return shown;
  }

  private Map<String, @Nullable Object> shown(Webhook webhook) throws Exception {
    return view.of(webhook);
  }
}
