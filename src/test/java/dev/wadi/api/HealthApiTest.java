package dev.wadi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.capture.CaptureStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthApiTest {

  private static final String HERE = "http://127.0.0.1:7376";

  @Test
  void beyond_loopback_it_names_no_host_role_or_table() {
    assertThat(shown("0.0.0.0", "http://0.0.0.0:7376")).containsOnlyKeys("ok", "capture");
    assertThat(shown("0.0.0.0", "")).containsOnlyKeys("ok", "capture");
    assertThat(shown("127.0.0.1", "")).containsKey("position");
    assertThat(shown("127.0.0.1", HERE)).containsKey("position");
    assertThat(shown("::1", "http://[::1]:7376")).containsKey("position");
  }

  @Test
  void behind_a_proxy_it_names_none_either() {
    assertThat(shown("127.0.0.1", "https://wadi.example")).containsOnlyKeys("ok", "capture");
    for (var header : List.of("Forwarded", "X-Forwarded-For")) {
      var health = new HealthApi(new CaptureStatus(), "127.0.0.1", HERE);
      assertThat(health.shown(Map.of(header, "10.0.0.1"))).containsOnlyKeys("ok", "capture");
    }
  }

  private static Map<String, Object> shown(String host, String url) {
    return new HealthApi(new CaptureStatus(), host, url).shown(Map.of());
  }
}
