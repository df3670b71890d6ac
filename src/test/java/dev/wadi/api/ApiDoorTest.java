package dev.wadi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ApiDoorTest {

  @Test
  void a_call_that_a_deadlock_ended_may_be_made_again() {
    var failure = new IllegalStateException(new SQLException("deadlock detected", "40P01"));

    var answer = ApiDoor.answerTo(failure);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsEntry("Retry-After", "1");
    assertThat(answer.text()).contains("try again");
  }
}
