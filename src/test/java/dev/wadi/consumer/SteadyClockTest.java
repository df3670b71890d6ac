package dev.wadi.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** The machine's clock, which an administrator may set. */
  private static final class SettableClock extends Clock {
    private Instant now = START;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final SettableClock machine = new SettableClock();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final SteadyClock clock = new SteadyClock(machine, nanos::get);

  @Test
  void begins_at_the_time_of_the_machine_and_goes_on_by_itself() {
    assertThat(clock.instant()).isEqualTo(START);
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(clock.instant()).isEqualTo(START.plusSeconds(30));
  }

  @Test
  void a_lease_neither_ends_nor_stretches_when_the_machines_clock_is_set() {
    long leaseEnd = clock.millis() + 30_000;
    for (var jump : new int[] {3_600, -3_600}) {
      machine.now = START.plusSeconds(jump);
      assertThat(leaseEnd - clock.millis()).isEqualTo(30_000);
    }
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThat(leaseEnd).isLessThan(clock.millis());
  }
}
