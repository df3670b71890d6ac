package dev.wadi.capture;

import dev.wadi.postgres.PostgresTypes;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
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

  private static final long IDLE_MS = 50;

  /** A poll of the task takes some milliseconds, so it is done while nothing else is to do. */
  private static final long TASK_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** The same while changes come without end. */
  private static final long BUSY_TASK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Map<String, String> settings;
  private final RelationReader relationReader;
  private final ResumeContext context;
  private final ReadAhead readAhead;
  private @Nullable ConnectorTask task;
  private long taskPolled = System.nanoTime();

  /**
   * @param settings Debezium's connector properties
   * @param database the captured database
   */
  DebeziumChangeSource(Map<String, String> settings, DataSource database) {
    this.settings = settings;
    this.relationReader = new RelationReader(database, new PostgresTypes(database));
    this.context = new ResumeContext(settings);
    this.readAhead =
        new ReadAhead(
            Integer.parseInt(settings.get("max.batch.size")),
            Long.parseLong(settings.get("max.queue.size.in.bytes")));
  }

  @Override
  public void open(long position) {
    context.moveTo(position);
    var opened = new ConnectorTask(new WalDecoder(relationReader, readAhead), readAhead);
    task = opened;
    opened.initialize(context);
    opened.start(settings);
  }

  @Override
  public Batch poll() throws InterruptedException {
    var batch = readAhead.take(IDLE_MS);
    boolean idle = batch.getChanges().isEmpty();
    long interval = idle ? TASK_INTERVAL_NANOS : BUSY_TASK_INTERVAL_NANOS;
    if (System.nanoTime() - taskPolled > interval) {
      pollTask();
    }
    return batch;
  }

  /** The task's own records are heartbeats; what ended its reading is thrown here. */
  private void pollTask() throws InterruptedException {
    opened().poll();
    taskPolled = System.nanoTime();
  }

  @Override
  public void acknowledge(long position) {
    if (position != context.position()) {
      context.moveTo(position);
      opened().acknowledge(position);
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
