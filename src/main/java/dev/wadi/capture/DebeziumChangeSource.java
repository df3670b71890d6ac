package dev.wadi.capture;

import dev.wadi.postgres.PostgresTypes;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * The change source made of Debezium's connector task, driven by our own loop as Kafka Connect
 * would drive it.
 *
 * <p>Debezium's engine is left out on purpose: it hands every record to another thread before it
 * hands over the batch, stops by interrupting whoever handles a batch, and counts what was
 * swallowed meanwhile as handled.
 */
final class DebeziumChangeSource implements ChangeSource {

  private final Map<String, String> settings;
  private final Relations relations = new Relations();
  private final SourceRecordReader reader = new SourceRecordReader(relations);
  private final RelationReader relationReader;
  private final ResumeContext context;
  private @Nullable ConnectorTask task;

  /**
   * @param settings Debezium's connector properties
   * @param database the captured database
   */
  DebeziumChangeSource(Map<String, String> settings, DataSource database) {
    this.settings = settings;
    this.relationReader = new RelationReader(database, new PostgresTypes(database));
    this.context = new ResumeContext(settings);
  }

  @Override
  public void open(long position) {
    context.moveTo(position);
    var idle =
        new IdlePoll(
            Long.parseLong(settings.getOrDefault("poll.interval.ms", "5")),
            Integer.parseInt(settings.getOrDefault("max.batch.size", "4000")));
    var opened = new ConnectorTask(relations, relationReader, idle);
    task = opened;
    opened.initialize(context);
    opened.start(settings);
    idle.takeOver(opened);
  }

  @Override
  public Batch poll() throws InterruptedException {
    for (SourceRecord record : opened().poll()) {
      reader.read(record);
    }
    return reader.takeBatch();
  }

  @Override
  public void acknowledge(long position) throws InterruptedException {
    if (position != context.position()) {
      context.moveTo(position);
      opened().commit();
    }
  }

  @Override
  public void close() {
    var opened = task;
    task = null;
    if (opened != null) {
      opened.stop();
    }
  }

  private ConnectorTask opened() {
    var opened = task;
    if (opened == null) {
      throw new IllegalStateException(
          "a change source that is not open was used, which indicates a bug");
    }
    return opened;
  }
}
