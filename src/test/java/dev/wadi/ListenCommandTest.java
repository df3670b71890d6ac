package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.webhook.SigningSecret;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code wadi listen} is a receiver for trying webhooks out. */
class ListenCommandTest {

  private static final String BODY = "{\"data\":[]}";

  private final SigningSecret secret = SigningSecret.random();

  @Test
  void what_is_signed_is_printed_and_taken_and_anything_else_is_refused() throws Exception {
    var out = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    var command = new ListenCommand();
    new CommandLine(command).parseArgs("--port", "0", "--secret", secret.text(), "--status", "204");
    var server = command.start();
    try {
      var url = "http://localhost:" + server.getAddress().getPort() + "/hook";
      assertThat(post(url, secret)).isEqualTo(204);
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .contains("msg_1 signature ok /hook")
          .contains(BODY);
      assertThat(post(url, SigningSecret.random())).isEqualTo(401);
      assertThat(printed.toString(StandardCharsets.UTF_8)).contains("msg_1 SIGNATURE WRONG /hook");
    } finally {
      server.stop(0);
      System.setOut(out);
    }
  }

  private static int post(String url, SigningSecret signer) throws Exception {
    long now = Instant.now().getEpochSecond();
    var body = BODY.getBytes(StandardCharsets.UTF_8);
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("webhook-id", "msg_1")
            .header("webhook-timestamp", Long.toString(now))
            .header("webhook-signature", signer.sign("msg_1", now, body))
            .POST(BodyPublishers.ofString(BODY))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
