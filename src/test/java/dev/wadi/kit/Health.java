package dev.wadi.kit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/**
 * What Wadi answers to {@code GET /health}.
 *
 * @param code HTTP status; 0 if nobody answers
 */
public record Health(int code, String body) {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Asks the Wadi that runs with an environment. */
  public static Health of(Map<String, String> environment) {
    var address = URI.create("http://127.0.0.1:" + environment.get("WADI_HTTP_PORT") + "/health");
    try {
      var answer =
          CLIENT.send(
              HttpRequest.newBuilder(address).timeout(TIMEOUT).build(), BodyHandlers.ofString());
      return new Health(answer.statusCode(), answer.body());
    } catch (IOException e) {
      return new Health(0, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  public boolean streaming() {
    return code == 200 && body.contains("\"capture\":\"streaming\"");
  }

  /** Whether another process captures and this one is ready to. */
  public boolean standingBy() {
    return code == 200 && body.contains("\"capture\":\"standby\"");
  }

  /** Whether it says that it is in some other state, and why. */
  public boolean stoppedAs(String state) {
    return code == 503
        && body.contains("\"capture\":\"" + state + "\"")
        && body.contains("\"reason\":");
  }

  /** Whether it says so and why. */
  public boolean waiting() {
    return code == 503 && body.contains("\"capture\":\"waiting\"") && body.contains("\"reason\":");
  }
}
