package dev.wadi.consumer;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * A clock that nobody sets: it takes the time of another one once and counts from there. Leases and
 * pauses of retries are measured by it, so a jump of the machine's clock neither ends them all nor
 * stretches them.
 */
public final class SteadyClock extends Clock {

  private final Instant start;
  private final LongSupplier nanos;
  private final long startNanos;
  private final ZoneId zone;

  public SteadyClock(Clock clock) {
    this(clock, System::nanoTime);
  }

  /**
   * @param nanos counts nanoseconds without ever jumping
   */
  SteadyClock(Clock clock, LongSupplier nanos) {
    this(clock.instant(), nanos, nanos.getAsLong(), clock.getZone());
  }

  private SteadyClock(Instant start, LongSupplier nanos, long startNanos, ZoneId zone) {
    this.start = start;
    this.nanos = nanos;
    this.startNanos = startNanos;
    this.zone = zone;
  }

  @Override
  public Instant instant() {
    return start.plusNanos(nanos.getAsLong() - startNanos);
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new SteadyClock(start, nanos, startNanos, other);
  }
}
