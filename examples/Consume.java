import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/**
 * Consumes a consumer group of Wadi. Java 17 or newer and nothing else.
 *
 * <pre>WADI_TOKEN=... java examples/Consume.java GROUP [FILE]</pre>
 *
 * <p>Appends a line of JSON to FILE (consumed.jsonl) for each event. Stop it with Ctrl-C or SIGTERM:
 * what it has begun it finishes, what it has not begun goes to others at once. Wadi delivers at least
 * once, so a line is written only if its idempotency key is not there yet; with a database, make the
 * key a unique column and insert it with your work.
 */
public final class Consume {

  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final int RETRY_MS = 1_000;

  /** A message as Wadi writes it; a program with a JSON library would use that. */
  private static final Pattern MESSAGE =
      Pattern.compile("\\{\"ack_id\":\"([^\"]+)\",\"data\":.*?\"idempotency_key\":\"([^\"]+)\".*?\\}\\}\\}");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String url;
  private final Path file;
  private final Set<String> done = new HashSet<>();
  private volatile boolean stopping;
  private volatile CompletableFuture<?> waiting = new CompletableFuture<>();

  private record Message(String ackId, String key, String json) {}

  /** Wadi will never answer this otherwise. */
  private static final class Refused extends RuntimeException {
    Refused(String message) {
      super(message);
    }
  }

  private Consume(String group, Path file) throws IOException {
    url = setting("WADI_URL", "http://localhost:7376") + "/api/consumer_groups/" + group + "/";
    this.file = file;
    for (var line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
      messages(line).forEach(message -> done.add(message.key));
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      System.err.println("usage: Consume.java GROUP [FILE]");
      System.exit(1);
    }
    var file = Path.of(arguments.length > 1 ? arguments[1] : "consumed.jsonl");
    var consumer = new Consume(arguments[0], file);
    var worker = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> consumer.stop(worker)));
    try {
      consumer.run();
    } catch (Refused refused) {
      System.err.println("wadi refused: " + refused.getMessage());
      Runtime.getRuntime().halt(1);
    }
  }

  private void run() throws InterruptedException {
    while (!stopping) {
      try {
        settle(receive());
      } catch (CancellationException stopped) {
        return;
      } catch (IOException failure) {
        System.err.println("trying again: " + failure.getMessage());
        Thread.sleep(RETRY_MS);
      }
    }
  }

  private void stop(Thread worker) {
    stopping = true;
    waiting.cancel(true);
    try {
      worker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Message> receive() throws IOException, InterruptedException {
    var answer = call("receive", "{\"batch_size\": 10, \"wait_for\": \"" + WAIT.toSeconds() + "s\"}");
    waiting = answer;
    if (stopping) {
      answer.cancel(true);
    }
    return messages(await(answer));
  }

  /** Works on each message; those that fail come again later, without holding up the others. */
  private void settle(List<Message> messages) throws IOException, InterruptedException {
    var acked = new ArrayList<String>();
    var nacked = new ArrayList<String>();
    for (var message : messages) {
      var id = '"' + message.ackId + '"';
      try {
        workOnce(message);
        acked.add(id);
      } catch (Exception failure) {
        var reason = failure.toString().replaceAll("[^ -~]|[\"\\\\]", "?");
        nacked.add("{\"ack_id\": %s, \"delay_ms\": %d, \"reason\": \"%s\"}".formatted(id, RETRY_MS, reason));
      }
    }
    if (!acked.isEmpty()) {
      await(call("ack", "{\"ack_ids\": " + acked + "}"));
    }
    if (!nacked.isEmpty()) {
      await(call("nack", "{\"items\": " + nacked + "}"));
    }
  }

  private void workOnce(Message message) throws IOException {
    if (!done.contains(message.key)) {
      work(message);
      done.add(message.key);
    }
  }

  /** Your work goes here. */
  private void work(Message message) throws IOException {
    Files.writeString(
        file, message.json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static List<Message> messages(String json) {
    return MESSAGE
        .matcher(json)
        .results()
        .map(found -> new Message(found.group(1), found.group(2), found.group()))
        .toList();
  }

  private CompletableFuture<String> call(String what, String body) {
    var request =
        HttpRequest.newBuilder(URI.create(url + what))
            .header("Authorization", "Bearer " + setting("WADI_TOKEN", "wadi-playground"))
            .header("Content-Type", "application/json")
            .timeout(WAIT.plusSeconds(10))
            .POST(BodyPublishers.ofString(body))
            .build();
    var sent = http.sendAsync(request, BodyHandlers.ofString());
    var answer = new CompletableFuture<String>();
    answer.whenComplete((text, failure) -> sent.cancel(true));
    sent.whenComplete(
        (response, failure) -> {
          if (failure != null) {
            answer.completeExceptionally(new IOException(failure));
          } else if (response.statusCode() < 300) {
            answer.complete(response.body());
          } else {
            answer.completeExceptionally(refusal(response.statusCode(), response.body()));
          }
        });
    return answer;
  }

  private static Exception refusal(int status, String body) {
    boolean later = status == 429 || status >= 500;
    return later ? new IOException(status + " " + body) : new Refused(status + " " + body);
  }

  private static String await(CompletableFuture<String> answer)
      throws IOException, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Refused refused) {
        throw refused;
      }
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }

  private static String setting(String name, String otherwise) {
    var value = System.getenv(name);
    return value == null ? otherwise : value;
  }
}
