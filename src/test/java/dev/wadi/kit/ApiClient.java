package dev.wadi.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Wadi's API as a caller over HTTP sees it. */
public final class ApiClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LONGEST_POLL = Duration.ofMinutes(6);

  private final HttpClient http;
  private final String url;
  private final String token;

  /**
   * What the API answered.
   *
   * @param body as it came; empty if there is none
   */
  public record Reply(int status, String body, HttpResponse<String> response) {

    private static Reply of(HttpResponse<String> response) {
      return new Reply(response.statusCode(), response.body(), response);
    }

    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("not JSON: " + body, e);
      }
    }

    /** A field of the answer as text. */
    public String text(String pointer) {
      return json().at(pointer).asText();
    }

    public String summary() {
      return json().path("summary").asText();
    }

    /** What the answer says is wrong with a field. */
    public List<String> errors(String field) {
      var errors = new ArrayList<String>();
      json().path("validation_errors").path(field).forEach(error -> errors.add(error.asText()));
      return errors;
    }

    /** A header; empty if it is not there. */
    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /**
   * @param url such as {@code http://127.0.0.1:7376}
   * @param token empty to send none
   */
  public ApiClient(String url, String token) {
    this(url, token, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  /** The same over connections of another kind. */
  public ApiClient(String url, String token, HttpClient http) {
    this.http = http;
    this.url = url;
    this.token = token;
  }

  /** The same API with another token. */
  public ApiClient with(String otherToken) {
    return new ApiClient(url, otherToken, http);
  }

  public String url() {
    return url;
  }

  public String token() {
    return token;
  }

  public Reply get(String path) {
    return call("GET", path, "");
  }

  public Reply post(String path, String body) {
    return call("POST", path, body);
  }

  public Reply put(String path, String body, String... headers) {
    return call("PUT", path, body, headers);
  }

  public Reply delete(String path) {
    return call("DELETE", path, "");
  }

  /**
   * @param headers names and values in turn; sent besides token and content type
   */
  public Reply call(String method, String path, String body, String... headers) {
    return send(request(to(path), method, body, headers));
  }

  /** Exactly this request; {@link #to} begins one. */
  public Reply send(HttpRequest request) {
    try {
      return Reply.of(http.send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new IllegalStateException("no answer from " + request, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The same without waiting for the answer. */
  public CompletableFuture<Reply> later(String method, String path, String body) {
    var request = request(to(path).timeout(LONGEST_POLL), method, body);
    return http.sendAsync(request, BodyHandlers.ofString()).thenApply(Reply::of);
  }

  /** A request without any header yet. */
  public HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
  }

  private HttpRequest request(
      HttpRequest.Builder to, String method, String body, String... headers) {
    var request = to.method(method, publisher(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  private static BodyPublisher publisher(String body) {
    return body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
  }
}
