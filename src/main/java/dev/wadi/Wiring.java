package dev.wadi;

import com.zaxxer.hikari.HikariDataSource;
import dev.wadi.api.ApiDoor;
import dev.wadi.api.ApiFront;
import dev.wadi.api.ApiServerEngine;
import dev.wadi.api.ConsumeApi;
import dev.wadi.api.ConsumerGroupApi;
import dev.wadi.api.EventApi;
import dev.wadi.api.EventTableApi;
import dev.wadi.api.Forwarding;
import dev.wadi.api.GapApi;
import dev.wadi.api.HealthApi;
import dev.wadi.api.HostCheck;
import dev.wadi.api.LongPolls;
import dev.wadi.api.OpenApi;
import dev.wadi.api.PipelineApi;
import dev.wadi.api.QuarantineApi;
import dev.wadi.api.RateLimits;
import dev.wadi.api.RecordFilters;
import dev.wadi.api.RouteApi;
import dev.wadi.api.StreamApi;
import dev.wadi.api.TableApi;
import dev.wadi.api.TokenApi;
import dev.wadi.api.Tokens;
import dev.wadi.api.WebhookApi;
import dev.wadi.capture.BatchGate;
import dev.wadi.capture.CaptureComponent;
import dev.wadi.capture.CaptureSetup;
import dev.wadi.capture.CaptureStatus;
import dev.wadi.capture.ChangeMapper;
import dev.wadi.capture.ChunkReader;
import dev.wadi.capture.Gaps;
import dev.wadi.capture.KnownTables;
import dev.wadi.capture.SlotWatch;
import dev.wadi.console.Console;
import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.Consumers;
import dev.wadi.consumer.EventFilters;
import dev.wadi.consumer.GroupWatch;
import dev.wadi.consumer.OwnerSessions;
import dev.wadi.consumer.Retention;
import dev.wadi.consumer.SteadyClock;
import dev.wadi.eventtable.Appends;
import dev.wadi.eventtable.BackfillReads;
import dev.wadi.eventtable.EventLogTransaction;
import dev.wadi.eventtable.EventPartitions;
import dev.wadi.eventtable.EventTables;
import dev.wadi.eventtable.Events;
import dev.wadi.eventtable.KeptChangeReader;
import dev.wadi.eventtable.KeptChanges;
import dev.wadi.eventtable.Positions;
import dev.wadi.eventtable.RowStates;
import dev.wadi.pipeline.Backfills;
import dev.wadi.pipeline.ChangesComponent;
import dev.wadi.pipeline.PipelineChecks;
import dev.wadi.pipeline.PipelineEntry;
import dev.wadi.pipeline.PipelineFiles;
import dev.wadi.pipeline.PipelineFolder;
import dev.wadi.pipeline.PipelineMeters;
import dev.wadi.pipeline.PipelineStates;
import dev.wadi.pipeline.PipelineStatuses;
import dev.wadi.pipeline.PipelineStore;
import dev.wadi.pipeline.Pipelines;
import dev.wadi.pipeline.PlainPipelines;
import dev.wadi.pipeline.QuarantinedChanges;
import dev.wadi.pipeline.SourceCatalog;
import dev.wadi.postgres.CountedParameters;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.DatabaseClock;
import dev.wadi.postgres.SourceDatabase;
import dev.wadi.postgres.SourceTables;
import dev.wadi.postgres.WadiSchema;
import dev.wadi.stream.Streams;
import dev.wadi.webhook.AddressGuard;
import dev.wadi.webhook.Attempts;
import dev.wadi.webhook.MessagesComponent;
import dev.wadi.webhook.Receiver;
import dev.wadi.webhook.ReceiverClient;
import dev.wadi.webhook.ReceiverUrls;
import dev.wadi.webhook.SecretBox;
import dev.wadi.webhook.SecretKeySource;
import dev.wadi.webhook.WebhookDeliveries;
import dev.wadi.webhook.WebhookFiles;
import dev.wadi.webhook.WebhookHealthCheck;
import dev.wadi.webhook.WebhookMeters;
import dev.wadi.webhook.WebhookRequests;
import dev.wadi.webhook.Webhooks;
import dev.wadi.webhook.WebhooksComponent;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every object that routes refer to, made in one place; the names here are the names in the routes.
 */
final class Wiring implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  /** Reads the filters of consumer groups. */
  static final EventFilters FILTERS = new RecordFilters();

  private static final int SOURCE_POOL_SIZE = 4;
  private static final int READS_POOL_SIZE = 3;

  /** An ack waits for its group commit, some milliseconds; as many can be under way at once. */
  private static final int HTTP_WORKERS = 64;

  private final Settings settings;
  private final HikariDataSource source;
  private final HikariDataSource eventLog;

  /** Apart from what capture needs, so that nobody who reads can hold it up. */
  private final HikariDataSource reads;

  private final SourceDatabase sourceDatabase;
  private final Tokens tokens;
  private final OpenApi openApi = new OpenApi();
  private final RouteApi routeApi = new RouteApi(Wadi.version());
  private final String slot;
  private final SourceCatalog catalog;
  private final Pipelines pipelines;
  private final PipelineStates pipelineStates;
  private final Backfills backfills;
  private final KnownTables knownTables;
  private final KeptChanges keptChanges;
  private final BackfillReads backfillReads;
  private final PipelineMeters meters = new PipelineMeters(Clock.systemUTC());
  private final BatchGate gate = new BatchGate();
  private final PipelineFiles pipelineFiles;
  private final PipelineStore pipelineStore;
  private final CaptureSetup captureSetup;
  private final CaptureStatus captureStatus = new CaptureStatus();
  private final SlotWatch slotWatch;
  private final Gaps gaps;
  private final Streams streams;
  private final ConsumerGroups consumerGroups;
  private final Consumers consumers;
  private final GroupWatch groupWatch;
  private final Meters figures;
  private final Webhooks webhooks;
  private final Attempts webhookAttempts;
  private final WebhookMeters webhookMeters = new WebhookMeters();
  private final WebhookDeliveries webhookDeliveries;
  private final ReceiverUrls receiverUrls;
  private final ReceiverClient receiverClient;
  private final WebhookFiles webhookFiles;
  private final MessagesComponent messages;
  private final LongPolls longPolls;
  private final Forwarding forwarding;

  /**
   * @param skippedPipelines pipeline files to act as if they were not there
   */
  Wiring(Settings settings, Predicate<Path> skippedPipelines) {
    this.settings = settings;
    source = databaseAddress(settings).pool("source", SOURCE_POOL_SIZE);
    eventLog = logAddress(settings).pool("eventLog", settings.number(Setting.LOG_POOL_SIZE));
    reads = logAddress(settings).readingPool("reads", READS_POOL_SIZE);
    sourceDatabase = new SourceDatabase(source);
    slotWatch = new SlotWatch(source, settings.text(Setting.SLOT));
    gaps = new Gaps(eventLog, settings.text(Setting.SLOT));
    tokens = new Tokens(eventLog, settings.text(Setting.API_TOKEN));
    slot = settings.text(Setting.SLOT);
    catalog = new SourceCatalog(source);
    pipelines = new Pipelines(catalog);
    pipelineStates = new PipelineStates(eventLog, slot);
    backfills = new Backfills(eventLog, slot);
    knownTables = new KnownTables(source, eventLog);
    keptChanges = new KeptChanges(new KeptChangeReader(eventLog), slot, pipelineStates, pipelines);
    var checks = new PipelineChecks(catalog, new EventTables(eventLog));
    var folder =
        new PipelineFolder(Path.of(settings.text(Setting.ROUTES), "pipelines"), skippedPipelines);
    pipelineFiles =
        new PipelineFiles(
            folder, pipelines, checks, meters, gate, pipelineStates, backfills, this::hasCaptured);
    backfillReads = backfillReads();
    captureSetup = captureSetup();
    pipelineStore =
        new PipelineStore(folder, pipelineFiles, checks, pipelineStates, pipelines, backfills);
    streams = new Streams(eventLog);
    consumerGroups = new ConsumerGroups(eventLog, streams, FILTERS);
    consumers =
        new Consumers(
            new OwnerSessions(
                logAddress(settings).sessions(), settings.number(Setting.CONSUMER_SILENCE_MS)),
            consumerGroups,
            FILTERS,
            ownUrl(settings),
            new SteadyClock(Clock.systemUTC()));
    groupWatch = new GroupWatch(consumers, consumerGroups);
    figures = new Meters(groupWatch, meters, Clock.systemUTC());
    longPolls = new LongPolls(consumers);
    forwarding = new Forwarding(consumers);
    webhooks = new Webhooks(eventLog, consumerGroups, secretBox(settings));
    webhookAttempts = new Attempts(eventLog);
    webhookDeliveries =
        new WebhookDeliveries(
            webhooks, webhookAttempts, consumers, webhookMeters, Clock.systemUTC());
    var guard = new AddressGuard(settings.text(Setting.WEBHOOK_ALLOWED_HOSTS));
    receiverUrls =
        new ReceiverUrls(guard, Boolean.parseBoolean(settings.text(Setting.WEBHOOK_ALLOW_HTTP)));
    receiverClient = new ReceiverClient(SystemDefaultDnsResolver.INSTANCE, guard);
    var webhookFolder =
        new PipelineFolder(Path.of(settings.text(Setting.ROUTES), "webhooks"), file -> false);
    webhookFiles = new WebhookFiles(webhookFolder, receiverUrls);
    messages = new MessagesComponent(consumers, consumerGroups);
  }

  /** Gives every bean to the registry under its name. */
  void bind(BiConsumer<String, Object> registry) {
    var eventTables = new EventTables(eventLog);
    var mapper = new ChangeMapper();
    var appends =
        new Appends(
            eventTables, sourceDatabase::id, slot, keptChanges, backfillReads, consumers::appended);
    var entry = new PipelineEntry(meters, keptChanges, appends);
    registry.accept("source", source);
    registry.accept("eventLog", CountedParameters.of(eventLog));
    registry.accept("debezium-postgres", new CaptureComponent(captureSetup, captureStatus));
    registry.accept("captureStatus", captureStatus);
    registry.accept(
        "healthApi",
        new HealthApi(captureStatus, settings.httpHost(), settings.text(Setting.HTTP_URL)));
    registry.accept("slotWatch", slotWatch);
    registry.accept("gaps", gaps);
    registry.accept("gapApi", new GapApi(gaps));
    registry.accept("figures", figures);
    registry.accept("changeMapper", mapper);
    registry.accept("changes", new ChangesComponent(pipelines, entry));
    registry.accept("pipelines", pipelines);
    registry.accept("wanted", pipelines.wanted());
    registry.accept("recipients", pipelines.recipients());
    registry.accept("eventTables", eventTables);
    registry.accept(
        PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME,
        new ApiServerEngine(settings.number(Setting.HTTP_PORT), List.of(forwarding, longPolls)));
    registry.accept("apiDoor", new ApiDoor(tokens, openApi));
    registry.accept("openApi", openApi);
    registry.accept("tableApi", new TableApi(new SourceTables(source)));
    registry.accept("pipelineApi", pipelineApi());
    registry.accept("quarantineApi", new QuarantineApi(quarantinedChanges()));
    registry.accept("tokenApi", new TokenApi(tokens));
    registry.accept("routeApi", routeApi);
    registry.accept("console", new Console());
    registry.accept("eventTableApi", new EventTableApi(eventTables, new DatabaseClock(eventLog)));
    registry.accept("eventApi", eventApi());
    registry.accept("tokens", tokens);
    registry.accept("streamApi", new StreamApi(streams, eventTables));
    registry.accept("consumerGroupApi", new ConsumerGroupApi(consumerGroups, consumers));
    registry.accept("consumeApi", new ConsumeApi(consumers, longPolls));
    registry.accept("vertxOptions", new VertxOptions().setWorkerPoolSize(HTTP_WORKERS));
    var eventPartitions = new EventPartitions(eventLog, new DatabaseClock(eventLog));
    registry.accept("eventPartitions", eventPartitions);
    registry.accept(
        "retention",
        new Retention(
            eventLog,
            consumerGroups,
            eventPartitions,
            Boolean.parseBoolean(settings.text(Setting.RETENTION_WAITS_FOR_CONSUMERS))));
    registry.accept("keptChanges", keptChanges);
    registry.accept("backfillReads", backfillReads);
    registry.accept("appends", appends);
    registry.accept("eventLogTransaction", new EventLogTransaction(eventLog, appends));
    registry.accept(
        "plainPipelines",
        new PlainPipelines(
            pipelines,
            entry,
            mapper,
            appends,
            Boolean.parseBoolean(settings.text(Setting.CAPTURE_WHOLE_BATCHES))));
    registry.accept("streams", streams);
    registry.accept("consumerGroups", consumerGroups);
    registry.accept("consumers", consumers);
    bindWebhooks(registry);
  }

  private void bindWebhooks(BiConsumer<String, Object> registry) {
    var requests = new WebhookRequests(Clock.systemUTC(), receiverUrls);
    registry.accept("webhooks", new WebhooksComponent(webhookDeliveries));
    registry.accept("messages", messages);
    registry.accept("webhookRequests", requests);
    registry.accept("receiver", new Receiver());
    registry.accept("receiverClient", receiverClient);
    registry.accept("receiverConnections", receiverClient.connections());
    registry.accept(
        "webhookApi",
        new WebhookApi(
            webhooks,
            webhookDeliveries,
            webhookAttempts,
            consumers,
            consumerGroups,
            receiverUrls,
            requests));
  }

  /**
   * What encrypts the webhooks' secrets, by the key that settings name; or by one that is made
   * beside the playground's data, in the working directory.
   *
   * @throws SettingsException if settings name two keys
   */
  static SecretBox secretBox(Settings settings) {
    var given = settings.text(Setting.SECRET_KEY);
    var file = settings.text(Setting.SECRET_KEY_FILE);
    if (!given.isEmpty() && !file.isEmpty()) {
      throw new SettingsException(
          "setting 'wadi.secret-key-file': must be empty where wadi.secret-key is set; remove one");
    }
    var key =
        file.isEmpty()
            ? new SecretKeySource(given, Path.of(".wadi", "secret.key"))
            : SecretKeySource.in(Path.of(file));
    var previous = settings.text(Setting.SECRET_KEY_PREVIOUS);
    return previous.isEmpty()
        ? new SecretBox(key)
        : new SecretBox(
            key, List.of(new SecretKeySource(previous, Path.of("wadi.secret-key.previous"))));
  }

  /** Joins what needs Camel itself to it: the routes' API, health, metrics and TLS. */
  void meet(CamelContext camel) throws GeneralSecurityException, IOException {
    var tls = camel.getSSLContextParameters();
    if (tls != null) {
      forwarding.trust(tls.createSSLContext(camel));
    }
    routeApi.meet(camel);
    var health = HealthCheckRegistry.get(camel);
    HealthChecks.all(captureStatus, slotWatch, groupWatch).forEach(health::register);
    health.register(new WebhookHealthCheck(webhookDeliveries, webhookFiles, messages));
    var metrics = camel.getRegistry().findSingleByType(MeterRegistry.class);
    figures.bind(
        metrics,
        captureStatus,
        slotWatch,
        gaps,
        camel.getRegistry().lookupByNameAndType("appends", Appends.class),
        eventLog);
    webhookMeters.meet(metrics);
  }

  /**
   * Brings schema wadi up to date; leaves it to capture, which waits and says so, if that cannot be
   * done now.
   */
  void prepareSchema() {
    try {
      new WadiSchema(eventLog).migrate();
    } catch (SQLException | IllegalStateException e) {
      LOG.debug("schema wadi is not prepared yet", e);
    }
  }

  Pipelines pipelines() {
    return pipelines;
  }

  PipelineStore pipelineStore() {
    return pipelineStore;
  }

  PipelineStatuses pipelineStatuses() {
    return new PipelineStatuses(
        pipelines,
        pipelineFiles,
        meters,
        pipelineStates,
        backfills,
        catalog,
        captureStatus,
        captureSetup::leftOut,
        gaps);
  }

  PipelineStates pipelineStates() {
    return pipelineStates;
  }

  QuarantinedChanges quarantinedChanges() {
    return new QuarantinedChanges(eventLog, slot, pipelines, pipelineStates);
  }

  Streams streams() {
    return streams;
  }

  ConsumerGroups consumerGroups() {
    return consumerGroups;
  }

  /** Stands before everything that Wadi serves at an address. */
  HostCheck hostCheck(String address) {
    return new HostCheck(address, ownUrl(settings));
  }

  ApiFront apiFront() {
    return new ApiFront(
        openApi, tokens, new RateLimits(settings.number(Setting.API_REQUESTS_PER_SECOND)));
  }

  Tokens tokens() {
    return tokens;
  }

  PipelineFiles pipelineFiles() {
    return pipelineFiles;
  }

  Consumers consumers() {
    return consumers;
  }

  WebhookFiles webhookFiles() {
    return webhookFiles;
  }

  CaptureStatus captureStatus() {
    return captureStatus;
  }

  @Override
  public void close() {
    consumers.close();
    backfillReads.close();
    receiverClient.close();
    source.close();
    reads.close();
    eventLog.close();
  }

  private EventApi eventApi() {
    return new EventApi(
        new EventTables(reads),
        new Events(reads),
        new RowStates(reads),
        new SourceTables(source),
        READS_POOL_SIZE);
  }

  private PipelineApi pipelineApi() {
    return new PipelineApi(
        pipelineStore, pipelineStatuses(), slotWatch, captureStatus, Clock.systemUTC());
  }

  private BackfillReads backfillReads() {
    var reader =
        new ChunkReader(
            databaseAddress(settings).textSessions(),
            source,
            settings.text(Setting.PUBLICATION),
            settings.number(Setting.BACKFILL_CHUNK_ROWS));
    return new BackfillReads(backfills, pipelines, keptChanges, reader, captureStatus::starts);
  }

  /** Also where the schema is not there yet, as the event log was away when Wadi started. */
  private boolean hasCaptured() throws SQLException {
    new WadiSchema(eventLog).migrate();
    return knownTables.isAnyNoted(slot);
  }

  private CaptureSetup captureSetup() {
    return new CaptureSetup(
        databaseAddress(settings),
        source,
        new Positions(eventLog, sourceDatabase::id),
        knownTables,
        gaps,
        pipelines::requireTables,
        gate,
        () -> keptChanges.workWaiting() || backfillReads.workWaiting(),
        settings.number(Setting.CAPTURE_BACKOFF_MAX_MS));
  }

  /** Where other processes reach this one. */
  static String ownUrl(Settings settings) {
    var given = settings.text(Setting.HTTP_URL);
    if (!given.isEmpty()) {
      return given;
    }
    var host = settings.httpHost();
    boolean isBareIpv6 = host.matches("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%.*)?");
    return (settings.servesTls() ? "https://" : "http://")
        + (isBareIpv6 ? "[" + host + "]" : host)
        + ":"
        + settings.text(Setting.HTTP_PORT);
  }

  static DatabaseAddress databaseAddress(Settings settings) {
    return new DatabaseAddress(
        settings.text(Setting.DATABASE_URL),
        settings.text(Setting.DATABASE_USER),
        settings.text(Setting.DATABASE_PASSWORD));
  }

  /** The event-log database that settings name. */
  static DatabaseAddress logAddress(Settings settings) {
    return new DatabaseAddress(
        settings.text(Setting.LOG_URL),
        settings.text(Setting.LOG_USER),
        settings.text(Setting.LOG_PASSWORD));
  }
}
