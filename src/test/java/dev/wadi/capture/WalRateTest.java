package dev.wadi.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.capture.SlotWatch.Reading;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WalRateTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final WalRate rate = new WalRate();

  @Test
  void a_rate_needs_two_looks() {
    assertThat(rate.at(1_000, SECOND)).isZero();
    assertThat(rate.at(3_000, 3 * SECOND)).isEqualTo(1_000);
  }

  @Test
  void what_is_older_than_five_minutes_does_not_count() {
    rate.at(0, 0);
    rate.at(1_000_000, 10 * SECOND);
    assertThat(rate.at(1_000_000, 310 * SECOND)).isZero();
  }

  @Test
  void another_server_begins_anew() {
    rate.at(5_000, 0);
    assertThat(rate.at(100, SECOND)).isZero();
    assertThat(rate.at(300, 2 * SECOND)).isEqualTo(200);
  }

  @Test
  void time_until_the_slot_is_lost_follows_rate_and_rest() {
    assertThat(reading("reserved", 10_000L, 100).secondsUntilLost()).isEqualTo(100);
    assertThat(reading("reserved", null, 100).secondsUntilLost()).isInfinite();
    assertThat(reading("reserved", 10_000L, 0).secondsUntilLost()).isInfinite();
    assertThat(reading("unreserved", -5L, 100).secondsUntilLost()).isZero();
    assertThat(reading("lost", null, 0).secondsUntilLost()).isZero();
  }

  private static Reading reading(
      String walStatus, @org.jspecify.annotations.Nullable Long safeBytes, double rate) {
    return new Reading(0, 0, walStatus, safeBytes, rate, 1);
  }
}
