package dev.wadi.capture;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.debezium.postgres.configuration.PostgresConnectorEmbeddedDebeziumConfiguration;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the slot for as long as its route runs: one thread, one batch at a time, and a new source
 * after every failure.
 *
 * <p>A stop never interrupts a batch: the thread finishes the one in its hands, or leaves it to be
 * replayed.
 */
final class CaptureConsumer extends DefaultConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(CaptureConsumer.class);
  private static final long BACKOFF_MIN_MS = 100;

  /** How long a slot may be free before who stands by sees it. */
  private static final long STANDBY_PAUSE_MS = 500;

  private static final long STOP_TIMEOUT_MS = 8_000;

  /**
   * A position without changes is stored no more often. On Postgres 14 every transaction comes,
   * that of the position too, and would be answered by the next one without end.
   */
  private static final long POSITION_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final PostgresConnectorEmbeddedDebeziumConfiguration configuration;
  private final CaptureSetup setup;
  private final CaptureStatus status;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stopRequested = lock.newCondition();
  private volatile boolean running;
  private @org.jspecify.annotations.Nullable ExecutorService thread;
  private long backoffMs = BACKOFF_MIN_MS;

  CaptureConsumer(
      CaptureEndpoint endpoint, Processor processor, CaptureSetup setup, CaptureStatus status) {
    super(endpoint, processor);
    this.configuration = endpoint.getConfiguration();
    this.setup = setup;
    this.status = status;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    running = true;
    var started =
        getEndpoint()
            .getCamelContext()
            .getExecutorServiceManager()
            .newSingleThreadExecutor(this, "capture");
    thread = started;
    started.submit(this::captureUntilStopped);
  }

  @Override
  protected void doStop() throws Exception {
    requestStop();
    var started = thread;
    if (started != null) {
      getEndpoint()
          .getCamelContext()
          .getExecutorServiceManager()
          .shutdownGraceful(started, STOP_TIMEOUT_MS);
    }
    super.doStop();
  }

  /** An error ends the thread for good, which must not go unseen. */
  private void captureUntilStopped() {
    try {
      captureAgainAndAgain();
    } catch (Error e) {
      LOG.error("capture: ended", e);
      status.died(e.toString());
      throw e;
    }
  }

  private void captureAgainAndAgain() {
    while (running) {
      try {
        capture();
      } catch (SlotException e) {
        status.slot(e.state(), String.valueOf(e.getMessage()));
        standBy(e.state());
      } catch (Exception e) {
        // Also an interrupt that nobody asked for: capture must not end with it.
        LOG.debug("capture failed", e);
        failed(e);
      }
    }
    status.stopped();
  }

  private void standBy(SlotState state) {
    boolean isActive = state == SlotState.ACTIVE;
    // What failed here before another captured says nothing of now.
    backoffMs = isActive ? BACKOFF_MIN_MS : backoffMs;
    pause(isActive ? STANDBY_PAUSE_MS : setup.backoffMaxMs());
  }

  private void failed(Exception failure) {
    if (running) {
      status.waiting(Reason.of(failure), backoffMs);
      pause(backoffMs);
      backoffMs = Math.min(backoffMs * 2, setup.backoffMaxMs());
    }
  }

  private void capture() throws Exception {
    long position = setup.prepare(configuration.getSlotName(), configuration.getPublicationName());
    try (var source = setup.source(configuration)) {
      unlessRefused(
          () -> {
            source.open(position);
            return source;
          });
      status.opened(configuration.getSlotName(), configuration.getPublicationName(), position);
      stream(source, position);
    }
  }

  private void stream(ChangeSource source, long start) throws Exception {
    long position = start;
    long storedAt = System.nanoTime() - POSITION_NANOS;
    while (running) {
      setup.publishTables(
          configuration.getSlotName(), configuration.getPublicationName(), position);
      status.warn(setup.warnings());
      var batch = unlessRefused(source::poll);
      boolean positionIsDue =
          batch.getPosition() > position && System.nanoTime() - storedAt >= POSITION_NANOS;
      boolean nothingNew = batch.getChanges().isEmpty() && batch.mark() == null && !positionIsDue;
      if (nothingNew && !setup.workIsWaiting()) {
        continue;
      }
      setup.gate().betweenBatches(() -> store(batch));
      storedAt = System.nanoTime();
      position = Math.max(position, batch.getPosition());
      source.acknowledge(position);
      backoffMs = BACKOFF_MIN_MS;
    }
  }

  private Batch store(Batch batch) throws Exception {
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(batch);
      getProcessor().process(exchange);
      if (exchange.getException() != null) {
        throw exchange.getException();
      }
      if (!batch.isStored()) {
        throw new IllegalStateException(
            "route '"
                + getRouteId()
                + "': ended without storing its "
                + batch
                + "; its last step must be the one that stores the batch");
      }
      status.stored(batch);
      return batch;
    } finally {
      releaseExchange(exchange, false);
    }
  }

  private <T> T unlessRefused(Callable<T> reading) throws Exception {
    try {
      return reading.call();
    } catch (Exception e) {
      throw setup.refusal(e, configuration.getSlotName(), configuration.getPublicationName());
    }
  }

  private void requestStop() {
    lock.lock();
    try {
      running = false;
      stopRequested.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void pause(long delayMs) {
    lock.lock();
    try {
      long remaining = TimeUnit.MILLISECONDS.toNanos(delayMs);
      while (running && remaining > 0) {
        remaining = stopRequested.awaitNanos(remaining);
      }
    } catch (InterruptedException e) {
      LOG.debug("the pause was cut short", e);
    } finally {
      lock.unlock();
    }
  }
}
