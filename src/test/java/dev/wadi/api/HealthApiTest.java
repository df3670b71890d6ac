package dev.wadi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.capture.CaptureStatus;
import org.junit.jupiter.api.Test;

class HealthApiTest {

  @Test
  void beyond_loopback_it_names_no_host_role_or_table() {
    assertThat(new HealthApi(new CaptureStatus(), "0.0.0.0").shown())
        .containsOnlyKeys("ok", "capture");
    assertThat(new HealthApi(new CaptureStatus(), "127.0.0.1").shown()).containsKey("position");
  }
}
