package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.kit.Capture;
import dev.wadi.kit.TwoWadis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example route that appends events to a file, in the packaged Wadi. */
@Tag("slow")
class FileExampleIT {

  private static final Path EXAMPLE = Path.of("examples", "routes", "orders_to_file.camel.yaml");
  private static final String STATUS = "/api/consumer_groups/orders_to_file/status";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void what_is_written_is_acked_and_what_cannot_be_written_comes_again() throws Exception {
    var events = folder.resolve("events");
    Files.writeString(events, "a file where the example wants its folder");
    try (var wadi = new TwoWadis(folder, List.of(), "", EXAMPLE)) {
      wadi.database().execute("insert into orders values ('a', 1), ('b', 1)");
      Capture.awaitCaughtUp(wadi.database());
      awaitStatus(wadi, "/parked_keys", "2");
      assertThat(wadi.api(0).get(STATUS.replace("status", "blocked")).body())
          .contains("\"last_error\":\"");

      Files.delete(events);
      awaitStatus(wadi, "/parked_keys", "0");
      wadi.database().execute("update orders set version = 2; update orders set version = 3");
      Capture.awaitCaughtUp(wadi.database());
      awaitStatus(wadi, "/cursor", "6");
      awaitStatus(wadi, "/lag", "0");
    }

    var written = written(events.resolve("orders.jsonl"));
    assertThat(written).containsExactlyInAnyOrder("a 1", "b 1", "a 2", "b 2", "a 3", "b 3");
    assertThat(written).containsSubsequence("a 1", "a 2", "a 3");
    assertThat(written).containsSubsequence("b 1", "b 2", "b 3");
  }

  private static void awaitStatus(TwoWadis wadi, String field, String value) {
    await(field + " is " + value)
        .atMost(LIMIT)
        .until(
            () -> {
              var reply = wadi.api(0).get(STATUS);
              return reply.status() == 200 && reply.text(field).equals(value);
            });
  }

  private static List<String> written(Path file) throws IOException {
    var written = new ArrayList<String>();
    for (var line : Files.readAllLines(file)) {
      for (var message : new ObjectMapper().readTree(line).path("data")) {
        var record = message.path("record");
        written.add(record.path("id").asText() + " " + record.path("version").asText());
      }
    }
    return written;
  }
}
