package dev.wadi.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectorTaskTest {

  /** If this fails after an upgrade of Debezium, capture is right but a good deal slower. */
  @Test
  void debezium_can_be_kept_from_describing_each_event() {
    assertThat(ConnectorTask.canLeaveEventsUndescribed()).isTrue();
  }

  /** If this fails after an upgrade of Debezium, capture is right but never quite idle. */
  @Test
  void debezium_can_be_kept_from_waiting_in_a_circle() {
    assertThat(IdlePoll.isPossible()).isTrue();
  }
}
