package dev.wadi.webhook;

import com.zaxxer.hikari.HikariDataSource;
import dev.wadi.api.ApiDoor;
import dev.wadi.api.OpenApi;
import dev.wadi.api.Tokens;
import dev.wadi.api.WebhookApi;
import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.Row;
import dev.wadi.change.SourceTable;
import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.EventFilters;
import dev.wadi.consumer.GroupStatus;
import dev.wadi.consumer.NotOwnerException;
import dev.wadi.consumer.OwnerSessions;
import dev.wadi.consumer.StartPosition;
import dev.wadi.consumer.UnknownGroupException;
import dev.wadi.eventtable.EventTableAppend;
import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.eventtable.EventTables;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.pipeline.PipelineFolder;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import dev.wadi.stream.Stream;
import dev.wadi.stream.Streams;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/** Everything of webhooks but capture and the HTTP server: real routes, Postgres and sockets. */
final class WebhookKit implements AutoCloseable {

  static final TableName EVENTS = TableName.parse("events");
  private static final SourceTable SOURCE = new SourceTable(16384, "public", "orders");
  private static final UUID SOURCE_DATABASE =
      UUID.fromString("0196fb4e-0000-7000-8000-000000000001");

  final EmbeddedDatabase database = EmbeddedDatabase.create();
  private final HikariDataSource pool =
      new DatabaseAddress(database.url(), "postgres", "").pool("test", 10);
  final ConsumerGroups groups;
  final Consumers consumers;
  final Webhooks webhooks;
  final Attempts attempts = new Attempts(pool);
  final WebhookMeters meters = new WebhookMeters();
  final WebhookDeliveries deliveries;
  final MessagesComponent messages;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final ReceiverClient client;
  private final ReceiverUrls urls;
  private final EventTableAppend append = new EventTableAppend(EVENTS);
  private long number;

  WebhookKit() throws Exception {
    this("127.0.0.1", SystemDefaultDnsResolver.INSTANCE);
  }

  WebhookKit(String allowedHosts, DnsResolver names) throws Exception {
    new WadiSchema(database.dataSource()).migrate();
    new EventTables(database.dataSource()).create(new EventTableDdl(EVENTS, null));
    var streams = new Streams(pool);
    streams.create(new Stream("orders", EVENTS));
    groups = new ConsumerGroups(pool, streams, EventFilters.NONE);
    consumers =
        new Consumers(
            new OwnerSessions(database.dataSource(), 60_000),
            groups,
            EventFilters.NONE,
            "http://one",
            Clock.systemUTC());
    webhooks = new Webhooks(pool, groups, new SecretBox(() -> new byte[32]));
    deliveries = new WebhookDeliveries(webhooks, attempts, consumers, meters, Clock.systemUTC());
    messages = new MessagesComponent(consumers, groups);
    var guard = new AddressGuard(allowedHosts);
    client = new ReceiverClient(names, guard);
    urls = new ReceiverUrls(guard, true);
    bind();
    for (var file : List.of("errors", "deliver")) {
      var path = Path.of("routes", file + ".camel.yaml").toAbsolutePath();
      var resource = PluginHelper.getResourceLoader(camel).resolveResource("file:" + path);
      PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
    }
    camel.start();
    consumers.start();
  }

  private void bind() {
    var requests = new WebhookRequests(Clock.systemUTC(), urls);
    var registry = camel.getRegistry();
    registry.bind("webhooks", new WebhooksComponent(deliveries));
    registry.bind("messages", messages);
    registry.bind("webhookRequests", requests);
    registry.bind("receiver", new Receiver());
    registry.bind("receiverClient", client);
    registry.bind("receiverConnections", client.connections());
    registry.bind("apiDoor", new ApiDoor(new Tokens(pool, ""), new OpenApi()));
    registry.bind(
        "webhookApi",
        new WebhookApi(webhooks, deliveries, attempts, consumers, groups, urls, requests));
  }

  /** Camel with the routes that deliver, for more of them. */
  DefaultCamelContext camel() {
    return camel;
  }

  SigningSecret create(String name, String url) throws SQLException {
    return create(name, url, definition -> definition);
  }

  /** Takes up the route files of a folder, and what changes in it. */
  WebhookFiles files(Path folder) {
    camel
        .getComponent("kamelet", KameletComponent.class)
        .setLocation("file:" + Path.of("routes", "kamelets").toAbsolutePath());
    var files = new WebhookFiles(new PipelineFolder(folder, file -> false), urls);
    files.start(camel);
    return files;
  }

  /** Creates a webhook that is quick to time out and to try again, as changed by the caller. */
  SigningSecret create(String name, String url, UnaryOperator<Definition> change)
      throws SQLException {
    var secret = SigningSecret.random();
    webhooks.create(change.apply(new Definition()).build(name, url), secret);
    refresh();
    return secret;
  }

  void refresh() throws SQLException {
    consumers.refresh();
    deliveries.refresh();
  }

  /** Appends one insert per key, in this order. */
  void append(String... keys) throws SQLException {
    append(List.of(keys));
  }

  void append(List<String> keys) throws SQLException {
    var changes = new ArrayList<Change>();
    keys.forEach(key -> changes.add(change(key)));
    try (var connection = database.connect()) {
      boolean stale = true;
      while (stale) {
        var parameters = append.parameters(changes, SOURCE_DATABASE, "wadi", null);
        try (var statement = Sql.prepare(connection, append.sql(), parameters);
            var row = statement.executeQuery()) {
          row.next();
          stale = row.getBoolean("stale");
        }
      }
    }
    consumers.appended(EVENTS);
  }

  List<Attempt> attempts(String name) {
    try {
      return attempts.list(webhook(name), Attempts.KEPT);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  WebhookStatus status(String name) throws SQLException {
    return deliveries.status(webhook(name));
  }

  Webhook webhook(String name) throws SQLException {
    return webhooks.find(name).orElseThrow();
  }

  /** Whether everything is settled. */
  boolean isDone(String name) {
    return isSettled(WebhookDefinition.group(name));
  }

  /**
   * Whether everything is settled for a route's own consumer group; false while it is not there.
   */
  boolean isSettled(String group) {
    try {
      return isDone(consumers.status(group));
    } catch (UnknownGroupException | NotOwnerException e) {
      return false;
    }
  }

  /** How a route's own consumer group goes, for messages. */
  String state(String group) {
    try {
      return number + " events, " + consumers.status(group) + consumers.blocked(group, 10);
    } catch (UnknownGroupException | NotOwnerException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private boolean isDone(GroupStatus status) {
    return status.cursor() == number && status.parkedKeys() == 0 && status.inFlight() == 0;
  }

  @Override
  public void close() {
    camel.stop();
    consumers.close();
    client.close();
    pool.close();
  }

  private synchronized Change change(String key) {
    number++;
    long micros = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() * 1_000_000 + number;
    return new Change(
        SOURCE,
        Action.INSERT,
        key,
        new Row("{\"id\": \"" + key.replace("\"", "\\\"") + "\", \"number\": " + number + "}"),
        null,
        List.of(),
        micros,
        number,
        0,
        1,
        null);
  }

  /** A definition to be changed. */
  static final class Definition {
    Map<String, String> headers = Map.of();
    int batchSize = 1;
    int timeoutMs = 60_000;
    int maxConcurrency = 5;
    Integer maxDeliver;
    List<Long> retries = List.of(20L);
    Format format = Format.STANDARD;

    Definition headers(Map<String, String> value) {
      headers = value;
      return this;
    }

    Definition batchSize(int value) {
      batchSize = value;
      return this;
    }

    Definition timeoutMs(int value) {
      timeoutMs = value;
      return this;
    }

    Definition maxConcurrency(int value) {
      maxConcurrency = value;
      return this;
    }

    Definition maxDeliver(int value) {
      maxDeliver = value;
      return this;
    }

    Definition format(Format value) {
      format = value;
      return this;
    }

    WebhookDefinition build(String name, String url) {
      return new WebhookDefinition(
          name,
          "orders",
          url,
          new ReceiverHeaders(headers),
          batchSize,
          timeoutMs,
          maxConcurrency,
          maxDeliver,
          null,
          StartPosition.BEGINNING,
          new RetrySchedule(retries),
          format);
    }
  }
}
