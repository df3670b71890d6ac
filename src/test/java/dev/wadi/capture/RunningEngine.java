package dev.wadi.capture;

import dev.wadi.postgres.JsonText;
import dev.wadi.postgres.PostgresTypes;
import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Debezium's engine on a slot of its own, with the settings that matter to values. */
final class RunningEngine implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final BlockingQueue<Struct> changes = new LinkedBlockingQueue<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine;
  private final String parts;
  private volatile @Nullable String failure;

  RunningEngine(DataSource database, int port, String slot) {
    parts = EngineParts.register(new PostgresTypes(database));
    engine =
        DebeziumEngine.create(Connect.class)
            .using(settings(port, slot, parts))
            .using((success, message, error) -> failure = success ? null : message + " " + error)
            .notifying(this::take)
            .build();
    thread.execute(engine);
  }

  private void take(ChangeEvent<SourceRecord, SourceRecord> event) {
    if (event.value().value() instanceof Struct change && change.schema().field("after") != null) {
      changes.add(change);
    }
  }

  private static Properties settings(int port, String slot, String parts) {
    var settings = new Properties();
    Map.ofEntries(
            Map.entry("name", slot),
            Map.entry("connector.class", "io.debezium.connector.postgresql.PostgresConnector"),
            Map.entry("database.hostname", "localhost"),
            Map.entry("database.port", Integer.toString(port)),
            Map.entry("database.user", "postgres"),
            Map.entry("database.password", "postgres"),
            Map.entry("database.dbname", "postgres"),
            Map.entry("topic.prefix", "wadi"),
            Map.entry("plugin.name", "pgoutput"),
            Map.entry("slot.name", slot),
            Map.entry("publication.name", slot),
            Map.entry("publication.autocreate.mode", "disabled"),
            Map.entry("snapshot.mode", "no_data"),
            Map.entry("poll.interval.ms", "5"),
            Map.entry("tombstones.on.delete", "false"),
            Map.entry("errors.max.retries", "0"),
            Map.entry(
                "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore"),
            Map.entry("include.unknown.datatypes", "true"),
            Map.entry("event.converting.failure.handling.mode", "fail"),
            Map.entry("decimal.handling.mode", "string"),
            Map.entry("time.precision.mode", "isostring"),
            Map.entry("interval.handling.mode", "string"),
            Map.entry("binary.handling.mode", "hex"),
            Map.entry("hstore.handling.mode", "json"),
            Map.entry("converters", "wadi"),
            Map.entry("wadi.type", JsonTextConverter.class.getName()),
            Map.entry("wadi.types", parts))
        .forEach(settings::setProperty);
    return settings;
  }

  /** The new row of the next change, column by column. */
  Map<String, @Nullable String> nextRow() throws InterruptedException {
    return row(nextChange().getStruct("after"));
  }

  Struct nextChange() throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (failure == null && System.nanoTime() < deadline) {
      var change = changes.poll(50, TimeUnit.MILLISECONDS);
      if (change != null) {
        return change;
      }
    }
    throw new AssertionError("no change came; engine: " + failure);
  }

  static Map<String, @Nullable String> row(Struct struct) {
    var row = new LinkedHashMap<String, @Nullable String>();
    struct.schema().fields().forEach(field -> row.put(field.name(), (String) struct.get(field)));
    return row;
  }

  /** All columns as one JSON object, as the event table gets it. */
  static String json(Map<String, @Nullable String> row) {
    var json = new StringBuilder("{");
    row.forEach(
        (column, value) -> {
          json.append(json.length() == 1 ? "" : ",");
          JsonText.quote(json, column);
          json.append(':').append(value);
        });
    return json.append('}').toString();
  }

  @Override
  public void close() throws IOException {
    boolean running = failure == null;
    if (running) {
      engine.close();
    }
    thread.shutdown();
    EngineParts.remove(parts);
  }
}
