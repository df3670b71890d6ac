package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.kit.WadiProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the {@code camel} command reads of a process of its user. */
@Tag("slow")
class CamelCliIT {

  private static final String STATUS = "-status.json";

  @TempDir private Path folder;

  @Test
  void camels_cli_sees_the_routes_if_it_is_allowed_to() throws IOException {
    try (var wadi = start("true")) {
      await("status of the process is written, and written whole")
          .atMost(Duration.ofSeconds(60))
          .failFast("Wadi ended", wadi::requireAlive)
          .ignoreExceptions()
          .until(
              () ->
                  new ObjectMapper()
                      .readTree(status())
                      .findValuesAsText("routeId")
                      .contains("capture"));

      ask("{\"action\": \"route\", \"id\": \"retention\", \"command\": \"stop\"}");

      await("that route alone is stopped")
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(
              () -> stateOf("retention").equals("Stopped") && stateOf("capture").equals("Started"));
    }
  }

  @Test
  void nothing_is_written_for_camels_cli_unless_asked_for() throws IOException {
    try (var wadi = start("false")) {
      wadi.awaitStreaming();

      assertThat(folder.resolve(".camel")).doesNotExist();
    }
  }

  private WadiProcess start(String enabled) throws IOException {
    var database = EmbeddedDatabase.create();
    var environment = WadiEnvironment.of(database, RouteFiles.copiedTo(folder));
    environment.put("WADI_CLI_ENABLED", enabled);
    return WadiProcess.start(folder, environment, "-Duser.home=" + folder);
  }

  /** As {@code camel stop} and others ask: by a file beside the one of the status. */
  private void ask(String action) throws IOException {
    var asked = Files.writeString(folder.resolve("asked"), action);
    var name = statusFile().orElseThrow().getFileName().toString();
    var file = name.replace(STATUS, "-action.json");
    Files.move(asked, folder.resolve(".camel").resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }

  private String stateOf(String route) throws IOException {
    for (var each : new ObjectMapper().readTree(status()).findParents("routeId")) {
      if (each.path("routeId").asText().equals(route)) {
        return each.path("state").asText();
      }
    }
    return "";
  }

  /** What is there of it; the file is written anew every second. */
  private String status() throws IOException {
    var file = statusFile();
    return file.isPresent() ? Files.readString(file.get()) : "";
  }

  private Optional<Path> statusFile() throws IOException {
    var home = folder.resolve(".camel");
    if (Files.notExists(home)) {
      return Optional.empty();
    }
    try (var files = Files.list(home)) {
      return files.filter(each -> each.toString().endsWith(STATUS)).findFirst();
    }
  }
}
