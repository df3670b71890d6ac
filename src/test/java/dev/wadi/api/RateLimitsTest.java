package dev.wadi.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

  private static final Caller MADE = new Caller("made", Set.of(Scope.READ), true);
  private static final Caller CHOSEN = new Caller("wadi.api.token", Set.of(Scope.MANAGE), false);
  private static final int MORE_THAN_AT_ONCE = 60;

  @Test
  void a_token_has_a_rate_of_its_own() {
    var limits = new RateLimits(2);
    long start = System.nanoTime();
    int accepted = 0;
    while (accepts(limits, MADE)) {
      accepted++;
    }
    long seconds = 1 + (System.nanoTime() - start) / 1_000_000_000;
    assertThat(accepted).isBetween(2, (int) (2 + 2 * seconds));

    assertThatThrownBy(() -> exhaust(limits, MADE))
        .isInstanceOf(Problem.class)
        .hasMessage(
            "The API token `made` may make 2 requests in a second; try again after the seconds in Retry-After");
    assertThatCode(() -> limits.require(CHOSEN)).doesNotThrowAnyException();
  }

  @Test
  void there_is_no_rate_unless_it_is_set() {
    var limits = new RateLimits(0);
    for (int request = 0; request < 10_000; request++) {
      limits.require(MADE);
    }
  }

  @Test
  void wrong_tokens_are_bounded_and_lock_out_only_the_token_that_could_be_guessed() {
    var limits = new RateLimits(0);

    assertThatThrownBy(() -> exhaust(limits, null))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith("Too many wrong API tokens were tried");
    assertThatThrownBy(
            () -> {
              assertThatThrownBy(() -> exhaust(limits, null)).isInstanceOf(Problem.class);
              limits.require(CHOSEN);
            })
        .isInstanceOf(Problem.class);
    assertThatCode(() -> limits.require(MADE)).doesNotThrowAnyException();
  }

  private static boolean accepts(RateLimits limits, Caller caller) {
    try {
      limits.require(caller);
      return true;
    } catch (Problem refused) {
      return false;
    }
  }

  /**
   * @param caller null for one whose token is wrong
   */
  private static void exhaust(RateLimits limits, @Nullable Caller caller) {
    for (int request = 0; request < MORE_THAN_AT_ONCE; request++) {
      limits.require(caller);
    }
  }
}
