package dev.wadi;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.wadi.capture.CaptureState;
import dev.wadi.capture.CaptureStatus;
import dev.wadi.capture.Gaps;
import dev.wadi.capture.SlotWatch;
import dev.wadi.consumer.GroupWatch;
import dev.wadi.eventtable.Appends;
import dev.wadi.pipeline.PipelineMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of Wadi, under names that stay; {@code docs/monitoring.md} has them all.
 *
 * <p>Nothing here asks a database: what is served was seen at the last look.
 */
final class Meters {

  private static final Duration[] APPEND_BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30)
  };

  private final Clock clock;
  private final GroupWatch groups;
  private final PipelineMeters pipelines;
  private @Nullable GroupMeters groupMeters;
  private @Nullable LabelledMeters pipelineMeters;

  Meters(GroupWatch groups, PipelineMeters pipelines, Clock clock) {
    this.groups = groups;
    this.pipelines = pipelines;
    this.clock = clock;
  }

  /** Looks at what comes and goes: consumer groups and pipelines. */
  public void look() {
    var ofGroups = groupMeters;
    var ofPipelines = pipelineMeters;
    if (ofGroups != null && ofPipelines != null) {
      ofGroups.look();
      ofPipelines.show(pipelines.totals().keySet());
    }
  }

  void bind(
      MeterRegistry registry,
      CaptureStatus capture,
      SlotWatch slot,
      Gaps gaps,
      Appends appends,
      HikariDataSource eventLog) {
    bindCapture(registry, capture);
    bindSlot(registry, slot);
    Gauge.builder("wadi.capture.gaps", gaps, known -> known.open().size())
        .description("Gaps in what was captured that nobody has closed")
        .register(registry);
    bindAppends(registry, appends);
    bindEventLog(registry, eventLog);
    groupMeters = new GroupMeters(registry, groups, clock);
    pipelineMeters =
        new LabelledMeters(registry, "pipeline")
            .counter(
                "wadi.pipeline.changes",
                "Changes that the pipeline took since the start",
                name -> pipelines.totals().getOrDefault(name, 0L));
  }

  private void bindCapture(MeterRegistry registry, CaptureStatus capture) {
    Gauge.builder(
            "wadi.capture.streaming",
            capture,
            status -> status.state() == CaptureState.STREAMING ? 1 : 0)
        .description("1 while changes flow, else 0")
        .register(registry);
    for (var state : CaptureState.values()) {
      Gauge.builder("wadi.capture.state", capture, status -> status.state() == state ? 1 : 0)
          .description("1 for the state that capture is in, 0 for the others")
          .tag("state", state.toString())
          .register(registry);
    }
    Gauge.builder("wadi.capture.lag", capture, status -> status.lagSeconds(clock))
        .description("Time since the commit of the last change or heartbeat that is stored")
        .baseUnit("seconds")
        .register(registry);
    counter("wadi.capture.changes", capture, CaptureStatus::changes)
        .description("Changes stored since the start, before pipelines filtered them")
        .register(registry);
    counter("wadi.capture.batches", capture, CaptureStatus::batches)
        .description("Batches stored since the start")
        .register(registry);
    counter("wadi.capture.starts", capture, CaptureStatus::starts)
        .description("How often capture began to stream: once, and once more after each failure")
        .register(registry);
    counter("wadi.capture.failures", capture, CaptureStatus::failures)
        .description("Attempts to capture that failed since the start")
        .register(registry);
  }

  private static FunctionCounter.Builder<CaptureStatus> counter(
      String name, CaptureStatus capture, ToDoubleFunction<CaptureStatus> value) {
    return FunctionCounter.builder(name, capture, value);
  }

  private static void bindSlot(MeterRegistry registry, SlotWatch slot) {
    Gauge.builder("wadi.slot.lag", slot, watch -> seen(watch, SlotWatch.Reading::lagBytes))
        .description("WAL written since the last change that is stored")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder(
            "wadi.slot.retained", slot, watch -> seen(watch, SlotWatch.Reading::retainedBytes))
        .description("WAL that the server keeps for the slot")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("wadi.slot.safe", slot, Meters::safeBytes)
        .description("WAL that may still be written before the slot is lost; NaN without a limit")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("wadi.slot.until.lost", slot, watch -> watch.last().secondsUntilLost())
        .description(
            "Time until a slot that stood still would be lost, at the server's rate of the last"
                + " minutes")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder(
            "wadi.slot.wal.bytes.per.second",
            slot,
            watch -> seen(watch, SlotWatch.Reading::walBytesPerSecond))
        .description("WAL that the server writes a second, over the last minutes")
        .register(registry);
    Gauge.builder("wadi.slot.lost", slot, watch -> watch.last().isLost() ? 1 : 0)
        .description("1 if Postgres gave the slot up, else 0")
        .register(registry);
    Gauge.builder("wadi.slot.look.age", slot, watch -> watch.last().ageSeconds())
        .description("Time since the captured database last told about the slot")
        .baseUnit("seconds")
        .register(registry);
  }

  private static void bindAppends(MeterRegistry registry, Appends appends) {
    var events =
        Counter.builder("wadi.append.events")
            .description("Events appended to event tables since the start")
            .register(registry);
    var statements =
        Counter.builder("wadi.append.statements")
            .description("Statements that stored batches since the start")
            .register(registry);
    var quarantined =
        Counter.builder("wadi.append.quarantined")
            .description("Changes put into quarantine since the start")
            .register(registry);
    var time =
        Timer.builder("wadi.append.duration")
            .description("How long the event log took to store a batch")
            .serviceLevelObjectives(APPEND_BUCKETS)
            .register(registry);
    appends.tell(
        (ran, made, putAside, nanos) -> {
          statements.increment(ran);
          events.increment(made);
          quarantined.increment(putAside);
          time.record(nanos, TimeUnit.NANOSECONDS);
        });
  }

  private void bindEventLog(MeterRegistry registry, HikariDataSource eventLog) {
    Gauge.builder("wadi.log.silent", groups, GroupWatch::silentSeconds)
        .description("Time since the event-log database last answered")
        .baseUnit("seconds")
        .register(registry);
    connections(registry, eventLog, "active", HikariPoolMXBean::getActiveConnections);
    connections(registry, eventLog, "idle", HikariPoolMXBean::getIdleConnections);
    connections(registry, eventLog, "waited_for", HikariPoolMXBean::getThreadsAwaitingConnection);
  }

  private static void connections(
      MeterRegistry registry,
      HikariDataSource eventLog,
      String state,
      ToDoubleFunction<HikariPoolMXBean> value) {
    Gauge.builder(
            "wadi.log.connections",
            eventLog,
            pool -> {
              var bean = pool.getHikariPoolMXBean();
              return bean == null ? 0 : value.applyAsDouble(bean);
            })
        .description("Connections to the event-log database, and threads that wait for one")
        .tag("state", state)
        .register(registry);
  }

  /**
   * NaN while there is no slot: a figure of a slot that is gone would look like one that is fine.
   */
  private static double seen(SlotWatch slot, ToDoubleFunction<SlotWatch.Reading> figure) {
    var last = slot.last();
    return last.isNone() ? Double.NaN : figure.applyAsDouble(last);
  }

  private static double safeBytes(SlotWatch slot) {
    var safe = slot.last().safeBytes();
    return safe == null ? Double.NaN : safe;
  }
}
