package dev.wadi.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskQueueTest {

  /** If this fails after an upgrade of Debezium, capture is right but never quite idle. */
  @Test
  void the_queue_of_debezium_can_be_kept_from_waiting() {
    assertThat(TaskQueue.canBeKeptFromWaiting()).isTrue();
  }
}
