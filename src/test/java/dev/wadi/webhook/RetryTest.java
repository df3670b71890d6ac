package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.stream.ValidationException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryTest {

  private static final Instant NOW = Instant.parse("1994-11-06T08:49:30Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "7|7000",
        " 120 |120000",
        "86400|3600000",
        "99999999999999999999|3600000",
        "-1|0",
        "1.5|0",
        "soon|0",
        "Sun, 06 Nov 1994 08:49:37 GMT|7000",
        "Sun Nov  6 08:49:37 1994|7000",
        "1994-11-06T08:49:37Z|7000",
        "Sun, 06 Nov 1994 08:49:00 GMT|0",
        "Mon, 07 Nov 1994 08:49:00 GMT|3600000"
      })
  void retry_after_is_seconds_or_a_date_up_to_an_hour(String text, long ms) {
    assertThat(RetryAfter.read(text, NOW)).isEqualTo(ms);
  }

  @Test
  void year_of_two_digits_is_of_this_century() {
    var now = Instant.parse("2026-11-06T08:49:30Z");
    assertThat(RetryAfter.read("Friday, 06-Nov-26 08:49:37 GMT", now)).isEqualTo(7000);
  }

  @Test
  void delays_double_from_one_second_to_three_minutes_with_jitter() {
    var schedule = RetrySchedule.DEFAULT;
    for (int failures = 1; failures < 20; failures++) {
      long plain = Math.min(180_000, 1000L << (failures - 1));
      assertThat(schedule.delayMs(failures, () -> 0.5)).isEqualTo(plain);
      assertThat(schedule.delayMs(failures, () -> 0)).isEqualTo(Math.round(plain * 0.85));
      assertThat(schedule.delayMs(failures, () -> 1)).isEqualTo(Math.round(plain * 1.15));
    }
  }

  @Test
  void list_of_delays_ends_with_its_last() {
    var schedule = new RetrySchedule(List.of(100L, 200L));
    assertThat(schedule.delayMs(1, () -> 0.5)).isEqualTo(100);
    assertThat(schedule.delayMs(2, () -> 0.5)).isEqualTo(200);
    assertThat(schedule.delayMs(9, () -> 0.5)).isEqualTo(200);
    assertThatThrownBy(() -> new RetrySchedule(List.of(-1L)))
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void breaker_opens_after_ten_failures_and_lets_one_through_at_growing_intervals() {
    var breaker = new Breaker();
    for (int failure = 0; failure < 10; failure++) {
      assertThat(breaker.isOpen()).isFalse();
      breaker.failed(false, 0);
    }
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.waitNanos(0)).isEqualTo(1_000_000_000L);
    breaker.failed(false, 0);
    assertThat(breaker.waitNanos(1_000_000_000L)).isZero();
    breaker.failed(true, 1_000_000_000L);
    assertThat(breaker.waitNanos(1_000_000_000L)).isEqualTo(2_000_000_000L);
    breaker.succeeded();
    assertThat(breaker.isOpen()).isFalse();
  }
}
