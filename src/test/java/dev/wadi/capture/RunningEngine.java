package dev.wadi.capture;

import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.JsonText;
import dev.wadi.postgres.ReplicationSlot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.component.debezium.postgres.configuration.PostgresConnectorEmbeddedDebeziumConfiguration;
import org.jspecify.annotations.Nullable;

/** A change source on a slot and a publication of that name, without routes behind it. */
final class RunningEngine implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Deque<RawChange> changes = new ArrayDeque<>();
  private final DebeziumChangeSource source;

  RunningEngine(DataSource database, int port, String slot) throws Exception {
    var address =
        new DatabaseAddress(
            "jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "postgres");
    var debezium = new PostgresConnectorEmbeddedDebeziumConfiguration();
    DebeziumSettings.applyDefaults(debezium, address);
    debezium.setName(slot);
    debezium.setSlotName(slot);
    debezium.setPublicationName(slot);
    debezium.setPollIntervalMs(5);
    source = new DebeziumChangeSource(DebeziumSettings.properties(debezium, address), database);
    source.open(ReplicationSlot.find(database, slot).confirmed());
  }

  /** The new row of the next change, column by column. */
  Map<String, @Nullable String> nextRow() throws InterruptedException {
    var change = nextChange();
    return row(change.relation(), change.after());
  }

  RawChange nextChange() throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (changes.isEmpty() && System.nanoTime() < deadline) {
      changes.addAll(source.poll().getChanges());
    }
    if (changes.isEmpty()) {
      throw new AssertionError("no change came");
    }
    return changes.removeFirst();
  }

  static Map<String, @Nullable String> row(Relation relation, @Nullable String[] values) {
    var row = new LinkedHashMap<String, @Nullable String>();
    for (int i = 0; i < values.length; i++) {
      row.put(relation.columns().get(i), values[i]);
    }
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
  public void close() {
    source.close();
  }
}
