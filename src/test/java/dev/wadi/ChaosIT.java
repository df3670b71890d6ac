package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.kit.Chaos;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random faults under load, as {@code bench/run chaos} runs them for longer: property {@code
 * wadi.chaos.seconds}. A run is repeated with {@code wadi.chaos.seed}, though never to the
 * millisecond.
 */
@Tag("slow")
class ChaosIT {

  private static final int SECONDS = 180;
  private static final Path RESULTS = Path.of("bench", "results");

  @TempDir private Path folder;

  @Test
  void random_faults_lose_nothing_and_repeat_nothing() throws Exception {
    int seconds = Integer.getInteger("wadi.chaos.seconds", SECONDS);
    long seed = Long.getLong("wadi.chaos.seed", System.currentTimeMillis());
    try (var chaos = new Chaos(folder, seed)) {
      var outcome = chaos.run(Duration.ofSeconds(seconds));
      var json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(outcome);
      System.out.println(json);
      Files.createDirectories(RESULTS);
      Files.writeString(RESULTS.resolve("chaos-" + Instant.now().getEpochSecond() + ".json"), json);
      assertThat(outcome.clean()).as(json).isTrue();
    }
  }
}
