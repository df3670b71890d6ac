package dev.wadi.capture;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Answers Debezium's question for its offset with our position.
 *
 * <p>{@code lsn} and {@code lsn_commit} both hold the end of the last commit that is stored, and
 * {@code lsn_proc} is left out: with it Debezium would look for its place inside a transaction and
 * skip rows that share an LSN (dbz#1554, dbz#76); without it whole transactions are replayed from a
 * commit boundary. Without {@code lsn_commit} the slot would never advance.
 */
final class ResumeContext implements SourceTaskContext, OffsetStorageReader {

  private final Map<String, String> settings;
  private volatile long position;

  ResumeContext(Map<String, String> settings) {
    this.settings = settings;
  }

  void moveTo(long newPosition) {
    position = newPosition;
  }

  long position() {
    return position;
  }

  @Override
  public Map<String, String> configs() {
    return settings;
  }

  @Override
  public OffsetStorageReader offsetStorageReader() {
    return this;
  }

  @Override
  public PluginMetrics pluginMetrics() {
    throw new UnsupportedOperationException(
        "Debezium's Postgres connector registers no plugin metrics");
  }

  @Override
  public <T> Map<String, Object> offset(Map<String, T> partition) {
    return Map.of("lsn", position, "lsn_commit", position);
  }

  @Override
  public <T> Map<Map<String, T>, Map<String, Object>> offsets(
      Collection<Map<String, T>> partitions) {
    var offsets = new HashMap<Map<String, T>, Map<String, Object>>();
    partitions.forEach(partition -> offsets.put(partition, offset(partition)));
    return offsets;
  }
}
