package dev.wadi.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.consumer.ConsumerGroup;
import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.postgres.Sql;
import dev.wadi.stream.Stream;
import dev.wadi.stream.ValidationException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The webhooks of the event-log database, as they are stored. */
public final class Webhooks {

  /** How long requests are signed with the old secret too, after a rotation. */
  public static final Duration OVERLAP = Duration.ofHours(24);

  private static final Logger LOG = LoggerFactory.getLogger("wadi.webhook");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIST = Sql.load("webhook/list");
  private static final String COUNT_DEAD = Sql.load("webhook/count_dead");

  private final DataSource database;
  private final ConsumerGroups groups;
  private final SecretBox box;
  private final Set<String> unreadable = ConcurrentHashMap.newKeySet();

  public Webhooks(DataSource database, ConsumerGroups groups, SecretBox box) {
    this.database = database;
    this.groups = groups;
    this.box = box;
  }

  /**
   * Stores a new webhook with its consumer group.
   *
   * @throws ValidationException if the name is taken or the group is refused
   */
  public void create(WebhookDefinition definition, SigningSecret secret) throws SQLException {
    Stream.requireAddressable(definition.name());
    var parameters = parameters(definition);
    parameters.put("secret", sealed(definition.name(), secret));
    groups.create(definition.groupDefinition());
    try {
      execute("webhook/create", parameters);
    } catch (SQLException | RuntimeException e) {
      groups.delete(definition.group());
      throw e;
    }
  }

  /** All webhooks whose secrets can be read, by name. */
  public List<Webhook> list() throws SQLException {
    var byName =
        groups.list().stream().collect(Collectors.toMap(ConsumerGroup::name, Function.identity()));
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(LIST);
        var rows = statement.executeQuery()) {
      var webhooks = new ArrayList<Webhook>();
      while (rows.next()) {
        var group = byName.get(rows.getString("group_name"));
        if (group != null) {
          addIfReadable(webhooks, rows, group);
        }
      }
      return webhooks;
    }
  }

  /** One whose secrets another key has sealed is left out; the others go on. */
  private void addIfReadable(List<Webhook> webhooks, ResultSet row, ConsumerGroup group)
      throws SQLException {
    try {
      webhooks.add(webhook(row, group));
      unreadable.remove(group.name());
    } catch (IllegalStateException e) {
      boolean isNews = unreadable.add(group.name());
      if (isNews) {
        LOG.error("{}", e.getMessage());
      }
    }
  }

  /** The webhook of that name, if there is one. */
  public Optional<Webhook> find(String name) throws SQLException {
    return list().stream().filter(webhook -> webhook.name().equals(name)).findFirst();
  }

  /**
   * Changes everything but name, stream, filters and start.
   *
   * @throws ValidationException if one of these differs
   */
  public void update(WebhookDefinition definition) throws SQLException {
    groups.update(definition.groupDefinition());
    execute("webhook/update", parameters(definition));
  }

  /**
   * Gives a webhook another secret; the one before signs as well for {@link #OVERLAP}, and the one
   * before that no more.
   *
   * @param seen as it was when that was decided
   * @return false if somebody else gave it one since; nothing is changed then
   */
  public boolean rotate(Webhook seen, SigningSecret secret) throws SQLException {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("id", seen.id());
    parameters.put("seen", text(seen.previousSecretUntil()));
    parameters.put("secret", sealed(seen.name(), secret));
    parameters.put("overlap_ms", OVERLAP.toMillis());
    return execute("webhook/rotate", parameters) == 1;
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  /** Dead letters by webhook; those without any are left out. */
  Map<String, Long> countDead() throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(COUNT_DEAD);
        var rows = statement.executeQuery()) {
      var counts = new HashMap<String, Long>();
      while (rows.next()) {
        counts.put(rows.getString("name"), rows.getLong("dead"));
      }
      return counts;
    }
  }

  /** Dead letters of a webhook that are not on their way once more. */
  public long countLeft(Webhook webhook) throws SQLException {
    var parameters = Map.of("group", webhook.definition().group());
    try (var connection = database.getConnection();
        var statement = Sql.prepare(connection, Sql.load("webhook/count_left"), parameters);
        var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Erases secrets whose time is over. */
  void forgetPreviousSecrets() throws SQLException {
    execute("webhook/forget_previous_secrets", Map.of());
  }

  /** Stops a webhook because its receiver wants no more, unless it was resumed or changed since. */
  void disable(Webhook webhook, String reason) throws SQLException {
    var parameters = generation(webhook);
    parameters.put("reason", reason);
    execute("webhook/disable", parameters);
  }

  public void pause(String name) throws SQLException {
    groups.setPaused(WebhookDefinition.group(name), true);
  }

  /**
   * Notes until when its receiver wants to be left alone, unless it was resumed or changed since.
   */
  void wait(Webhook webhook, Instant until) throws SQLException {
    var parameters = generation(webhook);
    parameters.put("until", until.toString());
    execute("webhook/wait", parameters);
  }

  private static Map<String, @Nullable Object> generation(Webhook webhook) {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("id", webhook.id());
    parameters.put("generation", webhook.generation());
    return parameters;
  }

  /** Lets a webhook go on that was paused, disabled or waits. */
  public void resume(String name) throws SQLException {
    execute("webhook/resume", Map.of("name", name));
    groups.setPaused(WebhookDefinition.group(name), false);
  }

  /**
   * Deletes a webhook with its progress, also one whose secrets cannot be read.
   *
   * @return whether it was there
   */
  public boolean delete(String name) throws SQLException {
    execute("webhook/delete", Map.of("name", name));
    return groups.delete(WebhookDefinition.group(name));
  }

  private Map<String, @Nullable Object> parameters(WebhookDefinition definition) {
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("name", definition.name());
    parameters.put("group_name", definition.group());
    parameters.put("url", definition.url());
    parameters.put("headers", box.seal(purpose(definition.name(), "headers"), json(definition)));
    parameters.put("header_names", definition.headers().names().toArray(String[]::new));
    parameters.put("batch_size", definition.batchSize());
    parameters.put("timeout_ms", definition.timeoutMs());
    parameters.put("max_concurrency", definition.maxConcurrency());
    parameters.put("retry_delays_ms", definition.retries().delaysMs().toArray(Long[]::new));
    parameters.put("format", definition.format().text());
    return parameters;
  }

  private Webhook webhook(ResultSet row, ConsumerGroup group) throws SQLException {
    var name = row.getString("name");
    var definition =
        new WebhookDefinition(
            name,
            group.definition().stream(),
            row.getString("url"),
            headers(box.open(purpose(name, "headers"), row.getBytes("headers"))),
            row.getInt("batch_size"),
            row.getInt("timeout_ms"),
            row.getInt("max_concurrency"),
            group.definition().maxDeliver(),
            group.definition().filters(),
            group.definition().start(),
            new RetrySchedule(List.of((Long[]) row.getArray("retry_delays_ms").getArray())),
            Format.parse(row.getString("format")));
    return new Webhook(
        row.getInt("id"),
        row.getInt("generation"),
        definition,
        secret(name, row.getBytes("secret")),
        row.getBytes("previous_secret") == null
            ? null
            : secret(name, row.getBytes("previous_secret")),
        instant(row.getTimestamp("previous_secret_until")),
        group.paused(),
        instant(row.getTimestamp("waits_until")),
        row.getString("disabled_reason"));
  }

  private byte[] sealed(String name, SigningSecret secret) {
    return box.seal(purpose(name, "secret"), secret.text());
  }

  private SigningSecret secret(String name, byte[] sealed) {
    return SigningSecret.parse(box.open(purpose(name, "secret"), sealed));
  }

  /** What a secret is encrypted for. */
  static String purpose(String name, String what) {
    return "webhook '" + name + "': its " + what;
  }

  private static String json(WebhookDefinition definition) {
    try {
      return JSON.writeValueAsString(definition.headers().values());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("headers that are not JSON indicate a bug", e);
    }
  }

  private static ReceiverHeaders headers(String json) {
    try {
      return new ReceiverHeaders(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("headers that are not JSON indicate a bug", e);
    }
  }

  private static @Nullable Instant instant(@Nullable Timestamp time) {
    return time == null ? null : time.toInstant();
  }

  private int execute(String name, Map<String, @Nullable Object> parameters) throws SQLException {
    try (var connection = database.getConnection();
        var statement = Sql.prepare(connection, Sql.load(name), parameters)) {
      return statement.executeUpdate();
    }
  }
}
