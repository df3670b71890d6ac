package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receivers in JavaScript get what they expect: the published npm library judges. */
@Tag("slow")
class NpmVerifierTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String LIBRARY = "standardwebhooks@1.1.1";

  /** Reads what to judge from its standard input, and says which of the checks failed. */
  private static final String SCRIPT =
      """
      const { Webhook } = require('standardwebhooks');
      const { vectors, request, secret } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
      const failed = [];
      for (const { secret, id, timestamp, body, signature } of vectors) {
        const theirs = new Webhook(secret).sign(id, new Date(timestamp * 1000), body);
        if (theirs !== signature) failed.push(`${id}: ${theirs} instead of ${signature}`);
      }
      const refuses = (what, attempt) => {
        try { attempt(); failed.push(`takes ${what}`); } catch (expected) { /* refused */ }
      };
      const webhook = new Webhook(secret);
      webhook.verify(request.body, request.headers);
      refuses('another body', () => webhook.verify(request.body + ' ', request.headers));
      refuses('another id', () =>
        webhook.verify(request.body, { ...request.headers, 'webhook-id': 'msg_other' }));
      refuses('another secret', () =>
        new Webhook('whsec_' + Buffer.alloc(32).toString('base64')).verify(request.body, request.headers));
      console.log(failed.join('\\n') || 'all good');
      """;

  @TempDir private static Path folder;

  @BeforeAll
  static void install() throws Exception {
    boolean isInstalled = isOnPath("npm") && isOnPath("node");
    assertThat(isInstalled || System.getenv("CI") == null)
        .as("CI needs node and npm on the PATH")
        .isTrue();
    assumeTrue(isInstalled, "no node or no npm on the PATH: npm's library not asked");
    Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
    run(
        "",
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--fetch-retries=5",
        LIBRARY);
    Files.writeString(folder.resolve("judge.js"), SCRIPT);
  }

  @Test
  void signatures_are_those_of_the_npm_library_and_it_takes_what_was_sent() throws Exception {
    try (var kit = new WebhookKit();
        var receiver = new TestReceiver(TestReceiver.status(200))) {
      var secret = kit.create("hook", receiver.url());
      kit.append("café — ☕ 🐪");
      await().atMost(LIMIT).until(() -> kit.isDone("hook"));
      var request = receiver.requests().get(0);
      var input =
          Map.of(
              "vectors",
              SignatureVector.ALL,
              "secret",
              secret.text(),
              "request",
              Map.of("body", request.body(), "headers", request.headers()));
      assertThat(run(JSON.writeValueAsString(input), "node", "judge.js")).isEqualTo("all good");
    }
  }

  private static String run(String input, String... command) throws Exception {
    var output = folder.resolve("output.txt").toFile();
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    try (var in = process.outputWriter(java.nio.charset.StandardCharsets.UTF_8)) {
      in.write(input);
    } catch (IOException e) {
      // It has ended; its output says why.
    }
    boolean ended = process.waitFor(300, TimeUnit.SECONDS);
    process.destroyForcibly();
    var said = Files.readString(output.toPath()).strip();
    assertThat(ended && process.exitValue() == 0).as("%s: %s", List.of(command), said).isTrue();
    return said;
  }

  private static boolean isOnPath(String program) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
