package dev.wadi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wadi.webhook.SigningSecret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "listen",
    description = "Receives webhooks on this machine and prints them, for trying things out.",
    mixinStandardHelpOptions = true)
final class ListenCommand implements Callable<Integer> {

  private static final int MAX_BODY_BYTES = 16 << 20;

  @Option(names = "--port", description = "Port on loopback.", defaultValue = "8080")
  private int port = 8080;

  @Option(
      names = "--secret",
      description = "The webhook's whsec_ secret; refuses what it did not sign.")
  private @Nullable String secret;

  @Option(names = "--status", description = "What to answer.", defaultValue = "200")
  private int status = 200;

  @Override
  public Integer call() throws Exception {
    var server = start();
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "stop-listening"));
    System.out.println("Listening on http://localhost:" + server.getAddress().getPort() + "/");
    stopped.await();
    server.stop(0);
    return 0;
  }

  HttpServer start() throws IOException {
    var key = secret == null ? null : SigningSecret.parse(secret);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var server = HttpServer.create(address, 0);
    server.createContext("/", exchange -> receive(exchange, key));
    server.start();
    return server;
  }

  private void receive(HttpExchange exchange, @Nullable SigningSecret key) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
      boolean trusted = key == null || isSigned(exchange, key, body);
      System.out.printf(
          "%s %s %s%n%s%n",
          exchange.getRequestHeaders().getFirst("webhook-id"),
          key == null ? "not checked" : trusted ? "signature ok" : "SIGNATURE WRONG",
          exchange.getRequestURI(),
          new String(body, StandardCharsets.UTF_8));
      exchange.sendResponseHeaders(trusted ? status : 401, -1);
    }
  }

  private static boolean isSigned(HttpExchange exchange, SigningSecret key, byte[] body) {
    var headers = exchange.getRequestHeaders();
    return key.verifies(
        headers.getFirst("webhook-id"),
        headers.getFirst("webhook-timestamp"),
        headers.getFirst("webhook-signature"),
        body,
        java.time.Instant.now());
  }
}
