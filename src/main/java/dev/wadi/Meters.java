package dev.wadi;

import dev.wadi.capture.CaptureState;
import dev.wadi.capture.CaptureStatus;
import dev.wadi.capture.SlotWatch;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The metrics of Wadi, under names that stay. */
final class Meters {

  private Meters() {}

  static void bind(MeterRegistry registry, CaptureStatus capture, SlotWatch slot) {
    Gauge.builder(
            "wadi.capture.streaming",
            capture,
            status -> status.state() == CaptureState.STREAMING ? 1 : 0)
        .description("1 while changes flow, else 0")
        .register(registry);
    FunctionCounter.builder("wadi.capture.changes", capture, CaptureStatus::changes)
        .description("Changes stored since the start, before pipelines filtered them")
        .register(registry);
    FunctionCounter.builder("wadi.capture.batches", capture, CaptureStatus::batches)
        .description("Batches stored since the start")
        .register(registry);
    Gauge.builder("wadi.slot.lag", slot, watch -> watch.last().lagBytes())
        .description("WAL written since the last change that is stored")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("wadi.slot.retained", slot, watch -> watch.last().retainedBytes())
        .description("WAL that the server keeps for the slot")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("wadi.slot.safe", slot, Meters::safeBytes)
        .description("WAL that may still be written before the slot is lost; NaN without a limit")
        .baseUnit("bytes")
        .register(registry);
  }

  private static double safeBytes(SlotWatch slot) {
    var safe = slot.last().safeBytes();
    return safe == null ? Double.NaN : safe;
  }
}
