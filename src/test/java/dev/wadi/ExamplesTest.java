package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.WadiForApi.Consumed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The consumers in {@code examples/}: none misses an event, none does its work twice. */
@Tag("slow")
class ExamplesTest {

  private static final Duration LIMIT = Duration.ofSeconds(180);

  private final WadiForApi wadi = WadiForApi.shared();

  @TempDir private Path folder;

  @Test
  void the_python_example_consumes_safely() throws Exception {
    requireInstalled("python3");
    consumeSafely("python3", "examples/consume.py");
  }

  @Test
  void the_node_example_consumes_safely() throws Exception {
    requireInstalled("node");
    consumeSafely("node", "examples/consume.mjs");
  }

  @Test
  void the_java_example_consumes_safely() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    consumeSafely(java, "examples/Consume.java");
  }

  private void consumeSafely(String... command) throws Exception {
    var consumed = wadi.consumed("");
    var file = folder.resolve("missing").resolve("consumed.jsonl");
    consumed.captured().insert(1, 2);

    var first = start(command, consumed, file);
    awaitStatus(consumed, "/parked_keys", "2");
    Files.createDirectory(file.getParent());
    awaitStatus(consumed, "/lag", "0");
    awaitStatus(consumed, "/parked_keys", "0");
    consumed.captured().insert(3);
    awaitStatus(consumed, "/cursor", "3");
    awaitStatus(consumed, "/waiting", "1");
    end(first);
    awaitStatus(consumed, "/waiting", "0");

    wadi.api().post(consumed.path("seek"), "{\"to\": \"earliest\"}");
    var second = start(command, consumed, file);
    awaitStatus(consumed, "/cursor", "3");
    awaitStatus(consumed, "/lag", "0");
    end(second);

    assertThat(records(file)).containsExactlyInAnyOrder(1, 2, 3);
  }

  private Process start(String[] command, Consumed consumed, Path file) throws IOException {
    var line = new ArrayList<>(List.of(command));
    line.addAll(List.of(consumed.group(), file.toString()));
    var builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().put("WADI_URL", wadi.api().url());
    builder.environment().put("WADI_TOKEN", wadi.api().token());
    return builder.start();
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(ended).as("it ends when asked to").isTrue();
    assertThat(process.exitValue()).as("0, or what Java ends with after SIGTERM").isIn(0, 143);
  }

  private void awaitStatus(Consumed consumed, String field, String value) {
    await(field + " is " + value)
        .atMost(LIMIT)
        .until(() -> wadi.api().get(consumed.path("status")).text(field).equals(value));
  }

  private static List<Integer> records(Path file) throws IOException {
    var ids = new ArrayList<Integer>();
    for (var line : Files.readAllLines(file)) {
      ids.add(new ObjectMapper().readTree(line).findValue("record").get("id").asInt());
    }
    return ids;
  }

  /** Where CI runs, it is there; elsewhere its test is left out. */
  private static void requireInstalled(String program) throws InterruptedException {
    boolean installed = isInstalled(program);
    if (!installed && System.getenv("CI") != null) {
      fail(program + " must be installed where environment CI is set");
    }
    assumeTrue(installed, program + " is not installed, so its example is not tested");
  }

  private static boolean isInstalled(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
