package dev.wadi.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.wadi.consumer.BlockedKey;
import dev.wadi.consumer.ConsumerGroup;
import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.DeadLetter;
import dev.wadi.consumer.GroupDefinition;
import dev.wadi.consumer.NotOwnerException;
import dev.wadi.consumer.StartPosition;
import dev.wadi.consumer.UnknownGroupException;
import dev.wadi.webhook.WebhookDefinition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API's consumer groups: made, changed, looked at, sent elsewhere. */
public final class ConsumerGroupApi {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.api");

  private static final int LIST_LIMIT = 100;

  private final ConsumerGroups groups;
  private final Consumers consumers;

  public ConsumerGroupApi(ConsumerGroups groups, Consumers consumers) {
    this.groups = groups;
    this.consumers = consumers;
  }

  /** Body of POST and PUT. */
  public record Body(
      @Nullable String name,
      @Nullable String stream,
      @Nullable JsonNode filters,
      @Nullable Start start,
      @Nullable Integer ackWaitMs,
      @Nullable Integer maxAckPending,
      @Nullable JsonNode maxDeliver,
      @Nullable List<String> groupBy,
      @Nullable Integer maxWaiting) {}

  /** Where to start. */
  public record Start(@Nullable String position, @Nullable JsonNode value) {}

  /** Body of seek. */
  public record Seek(@Nullable JsonNode to, @Nullable String position, @Nullable JsonNode value) {}

  /** Body of redrive; without seqs all. */
  public record Redrive(@Nullable List<Long> seqs) {}

  /** A group as it is shown. */
  public record Shown(
      String name,
      String stream,
      String table,
      @JsonRawValue @Nullable String filters,
      StartPosition start,
      int ackWaitMs,
      int maxAckPending,
      @Nullable Integer maxDeliver,
      List<String> groupBy,
      int maxWaiting,
      boolean paused,
      @Nullable Object status) {}

  public Map<String, Object> list(ApiRequest request) throws SQLException {
    request.allow();
    var shown = new ArrayList<Shown>();
    for (var group : groups.list()) {
      if (!WebhookDefinition.isGroupOfWebhook(group.name())) {
        shown.add(shown(group));
      }
    }
    return Map.of("data", shown);
  }

  public Shown show(ApiRequest request) throws SQLException {
    return shown(find(request));
  }

  public Answer create(ApiRequest request) throws SQLException {
    var definition = definition(request.read(Body.class), null);
    if (WebhookDefinition.isGroupOfWebhook(definition.name())) {
      throw Problem.invalid("name", "must not begin with webhook., as the groups of webhooks do");
    }
    groups.create(definition);
    takeNotice();
    return Answer.created(shown(find(definition.name())));
  }

  public Shown update(ApiRequest request) throws SQLException {
    var old = find(request).definition();
    var changed = definition(request.read(Body.class), old);
    requireSame(old.start(), changed.start());
    groups.update(changed);
    takeNotice();
    return shown(find(request));
  }

  public Answer delete(ApiRequest request) throws SQLException {
    groups.delete(find(request).name());
    takeNotice();
    return Answer.nothing();
  }

  public Shown pause(ApiRequest request) throws SQLException {
    return paused(request, true);
  }

  public Shown resume(ApiRequest request) throws SQLException {
    return paused(request, false);
  }

  public Map<String, Object> seek(ApiRequest request) throws Exception {
    var start = start(request.read(Seek.class));
    var group = find(request);
    Waiting.on(consumers.seek(group.name(), groups.located(group, start)));
    return Map.of("success", true);
  }

  public Object status(ApiRequest request) throws SQLException {
    var group = find(request).name();
    return onOwner(group, () -> consumers.status(group));
  }

  public Map<String, Object> blocked(ApiRequest request) throws SQLException {
    request.allow("limit");
    var group = find(request).name();
    int limit = limit(request);
    var blocked = onOwner(group, () -> consumers.blocked(group, limit));
    return Map.of("data", blocked.stream().map(ConsumerGroupApi::shown).toList());
  }

  public Map<String, Object> dead(ApiRequest request) throws SQLException {
    request.allow("after", "limit");
    var group = find(request);
    long after = request.number("after", 0, 0, Long.MAX_VALUE);
    return deadPage(groups.dead(group, after, limit(request)), after, groups.countDead(group));
  }

  static Map<String, Object> deadPage(List<DeadLetter> dead, long after, long count) {
    var page = new LinkedHashMap<String, Object>();
    page.put("data", dead);
    page.put("next_after", dead.isEmpty() ? after : dead.get(dead.size() - 1).seq());
    page.put("count", count);
    return page;
  }

  public Map<String, Object> redrive(ApiRequest request) throws Exception {
    var redrive = request.readOr(Redrive.class, new Redrive(null));
    return Map.of("redriven", Waiting.on(consumers.redrive(find(request).name(), redrive.seqs())));
  }

  /** A group that is stored and not known here yet is there, only not here. */
  private static <T> T onOwner(String group, Supplier<T> call) {
    try {
      return call.get();
    } catch (UnknownGroupException e) {
      throw new NotOwnerException(group, null);
    }
  }

  private Shown paused(ApiRequest request, boolean paused) throws SQLException {
    groups.setPaused(find(request).name(), paused);
    takeNotice();
    return shown(find(request));
  }

  /** What was changed is changed; the next look, a quarter of a second later, makes up for this. */
  private void takeNotice() {
    try {
      consumers.refresh();
    } catch (SQLException e) {
      LOG.warn("groups: a change is taken notice of later: {}", e.getMessage());
    }
  }

  private ConsumerGroup find(ApiRequest request) throws SQLException {
    return find(request.name());
  }

  private ConsumerGroup find(String name) throws SQLException {
    return groups
        .find(name)
        .filter(group -> !WebhookDefinition.isGroupOfWebhook(group.name()))
        .orElseThrow(ConsumerGroupApi::unknown);
  }

  static Problem unknown() {
    return new Problem(404, "Not found: No `consumer` found matching the provided ID or name");
  }

  private static int limit(ApiRequest request) {
    return (int) request.number("limit", LIST_LIMIT, 1, Consumers.MAX_LIST);
  }

  private Shown shown(ConsumerGroup group) {
    var definition = group.definition();
    return new Shown(
        group.name(),
        definition.stream(),
        group.table().toString(),
        definition.filters(),
        definition.start(),
        definition.ackWaitMs(),
        definition.maxAckPending(),
        definition.maxDeliver(),
        definition.groupBy(),
        definition.maxWaiting(),
        group.paused(),
        statusOrNull(group.name()));
  }

  /** Null while no process serves the group, or another one does. */
  private @Nullable Object statusOrNull(String name) {
    try {
      return consumers.status(name);
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static Map<String, @Nullable Object> shown(BlockedKey blocked) {
    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("key", blocked.key().text());
    shown.put("source_table_oid", blocked.key().tableOid());
    shown.put("head_seq", blocked.headSeq());
    shown.put("attempts", blocked.attempts());
    shown.put("not_before", blocked.notBefore());
    shown.put("last_error", blocked.lastError());
    return shown;
  }

  private static GroupDefinition definition(Body body, @Nullable GroupDefinition old) {
    var base = old == null ? GroupDefinition.of(text(body.name()), text(body.stream())) : old;
    boolean renamed = old != null && body.name() != null && !body.name().equals(old.name());
    if (renamed) {
      throw Problem.invalid("name", "cannot be changed (is '" + base.name() + "')");
    }
    return new GroupDefinition(
        base.name(),
        body.stream() == null ? base.stream() : body.stream(),
        filters(body.filters(), base),
        body.start() == null ? base.start() : start(body.start().position(), body.start().value()),
        or(body.ackWaitMs(), base.ackWaitMs()),
        or(body.maxAckPending(), base.maxAckPending()),
        maxDeliver(body.maxDeliver(), base.maxDeliver()),
        body.groupBy() == null ? base.groupBy() : body.groupBy(),
        or(body.maxWaiting(), base.maxWaiting()));
  }

  private static @Nullable String filters(@Nullable JsonNode filters, GroupDefinition base) {
    boolean none = filters != null && (filters.isNull() || filters.isArray() && filters.isEmpty());
    if (filters == null || none) {
      return none ? null : base.filters();
    }
    return filters.toString();
  }

  /** Null, which is said to have no end, is another thing than nothing said. */
  static @Nullable Integer maxDeliver(@Nullable JsonNode given, @Nullable Integer old) {
    if (given == null || given.isNull()) {
      return given == null ? old : null;
    }
    if (!given.canConvertToInt() || !given.isIntegralNumber()) {
      throw Problem.invalid("max_deliver", "must be a whole number");
    }
    return given.asInt();
  }

  static StartPosition start(Seek seek) {
    if (seek.to() == null) {
      return start(seek.position(), seek.value());
    }
    return switch (seek.to().asText()) {
      case "earliest", "beginning" -> StartPosition.BEGINNING;
      case "latest", "end" -> StartPosition.END;
      default -> start("from", seek.to());
    };
  }

  static void requireSame(StartPosition start, StartPosition asked) {
    if (!asked.equals(start)) {
      throw Problem.invalid("start", "cannot be changed; `seek` goes elsewhere");
    }
  }

  static StartPosition start(@Nullable String position, @Nullable JsonNode value) {
    boolean given = value != null && !value.isNull();
    return new StartPosition(text(position), given ? value.asText() : null);
  }

  private static int or(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
