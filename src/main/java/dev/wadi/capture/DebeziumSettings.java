package dev.wadi.capture;

import dev.wadi.postgres.DatabaseAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.component.debezium.postgres.configuration.PostgresConnectorEmbeddedDebeziumConfiguration;

/**
 * What Debezium has to be told so that nothing is lost, invented or renamed; the rest is tuned in
 * the capture route.
 *
 * <p>Reasons: {@code docs/how-it-works.md}.
 */
final class DebeziumSettings {

  /** Options of a JDBC URL that say how the connection is secured; Debezium hands them on. */
  private static final List<String> SSL_OPTIONS =
      List.of(
          "sslrootcert",
          "sslcert",
          "sslkey",
          "sslpassword",
          "sslfactory",
          "sslfactoryarg",
          "sslhostnameverifier",
          "sslNegotiation",
          "channelBinding",
          "requireAuth",
          "gssEncMode");

  /**
   * Makes the prefix one of its own each time: Debezium names its MBeans by it, and waits a minute
   * for a name that another source in this process still has.
   */
  private static final AtomicLong OPENED = new AtomicLong();

  /** Camel wants one, also where certificates or pg_hba.conf let the role in without. */
  private static final String NO_PASSWORD = "none";

  private DebeziumSettings() {}

  static void applyDefaults(
      PostgresConnectorEmbeddedDebeziumConfiguration debezium, DatabaseAddress database) {
    debezium.setDatabaseHostname(database.host());
    debezium.setDatabasePort(database.port());
    debezium.setDatabaseDbname(database.database());
    debezium.setDatabaseUser(database.user());
    debezium.setDatabasePassword(Objects.requireNonNullElse(database.givenPassword(), NO_PASSWORD));
    debezium.setTopicPrefix("wadi");
    debezium.setPluginName("pgoutput");
    debezium.setPublicationAutocreateMode("disabled");
    debezium.setSnapshotMode("no_data");
    debezium.setOffsetStorage("org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    debezium.setErrorsMaxRetries(0);
    debezium.setSlotMaxRetries(0);
    debezium.setTombstonesOnDelete(false);
    debezium.setSkippedOperations("none");
    debezium.setEventProcessingFailureHandlingMode("fail");
    debezium.setProvideTransactionMetadata(false);
    debezium.setPublishViaPartitionRoot(true);
    debezium.setDatabaseTcpkeepalive(true);
    debezium.setHeartbeatActionQuery("select pg_logical_emit_message(true, 'wadi:heartbeat', '')");
  }

  /** The connector's properties, with what Camel has no option for. */
  static Map<String, String> properties(
      PostgresConnectorEmbeddedDebeziumConfiguration debezium, DatabaseAddress database) {
    var settings = new HashMap<String, String>();
    debezium.createDebeziumConfiguration().forEach(settings::put);
    settings.put("name", debezium.getName());
    settings.put("task.id", "0");
    settings.put("topic.prefix", debezium.getSlotName() + "-" + OPENED.incrementAndGet());
    settings.put("database.connection.factory.class", DebeziumConnections.class.getName());
    if (database.givenPassword() == null) {
      settings.remove("database.password");
    }
    settings.put("table.include.list", "wadi\\.none"); // it reads no table, the decoder is ours
    settings.put("event.converting.failure.handling.mode", "fail");
    settings.put("offset.mismatch.strategy", "trust_offset");
    settings.put("executor.shutdown.timeout.ms", "4000");
    settings.put("retriable.restart.connector.wait.ms", "500");
    settings.put("database.socketTimeout", String.valueOf(database.replicationTimeoutSeconds()));
    settings.put("database.sslmode", database.sslMode());
    for (var option : SSL_OPTIONS) {
      var value = database.option(option);
      if (value != null) {
        settings.put("database." + option, value);
      }
    }
    return settings;
  }
}
