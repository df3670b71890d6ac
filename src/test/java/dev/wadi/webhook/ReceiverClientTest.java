package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.wadi.kit.Certificate;
import dev.wadi.kit.Quickest;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP client of webhooks before there is an answer: leasing, connecting, TLS. */
class ReceiverClientTest {

  private static final int QUICK_MS = 200;

  /** Less than any limit that is not the request's own. */
  private static final Duration MUCH_LATER = Duration.ofSeconds(4);

  @TempDir private static Path folder;

  @Test
  void deadline_ends_waiting_for_a_connection() throws Exception {
    var asked = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var receiver =
            new TestReceiver(
                (request, out) -> {
                  asked.countDown();
                  end.await();
                });
        var client = client(1, SSLContexts.createDefault())) {
      var first = CompletableFuture.runAsync(() -> post(client, receiver.url(), 60_000));
      asked.await();
      requireQuickEnd(() -> post(client, receiver.url(), QUICK_MS));
      end.countDown();
      assertThat(first).isNotDone();
    }
  }

  @Test
  void deadline_ends_a_tls_handshake_that_stalls() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var client = client(10, SSLContexts.createDefault())) {
      requireQuickEnd(() -> post(client, url("https", silent.getLocalPort()), QUICK_MS));
    }
  }

  @Test
  void deadline_ends_connecting_to_what_does_not_answer() throws Exception {
    var waiting = new ArrayList<SocketChannel>();
    try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = client(10, SSLContexts.createDefault())) {
      // Linux lets attempts beyond the backlog go unanswered.
      for (int number = 0; number < 10; number++) {
        var channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(full.getLocalSocketAddress());
        waiting.add(channel);
      }
      requireQuickEnd(() -> post(client, url("http", full.getLocalPort()), QUICK_MS));
    } finally {
      for (var channel : waiting) {
        channel.close();
      }
    }
  }

  @Test
  void certificate_must_be_trusted_and_name_the_host() throws Exception {
    var certificate = Certificate.make(folder, "receiver", "ip:127.0.0.1");
    var server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(serving(certificate)));
    server.createContext(
        "/",
        call -> {
          call.sendResponseHeaders(204, -1);
          call.close();
        });
    server.start();
    var url = url("https", server.getAddress().getPort());
    try (var trusting = client(10, certificate.trust());
        var client = client(10, SSLContexts.createDefault())) {
      assertThat(post(trusting, url, 20_000)).isEqualTo(204);
      assertThatThrownBy(() -> post(trusting, url.replace("127.0.0.1", "localhost"), 20_000))
          .hasCauseInstanceOf(SSLException.class);
      assertThatThrownBy(() -> post(client, url, 20_000)).hasCauseInstanceOf(SSLException.class);
    } finally {
      server.stop(0);
    }
  }

  private static void requireQuickEnd(Runnable request) throws Exception {
    var quickest =
        Quickest.of(
            MUCH_LATER,
            () -> {
              long begin = System.nanoTime();
              assertThatThrownBy(request::run).hasCauseInstanceOf(InterruptedIOException.class);
              return Duration.ofNanos(System.nanoTime() - begin);
            });
    assertThat(quickest).isLessThan(MUCH_LATER);
  }

  private static int post(CloseableHttpClient client, String url, int timeoutMs) {
    var post = new HttpPost(url);
    post.setHeader(BoundedExchange.TIMEOUT_HEADER, timeoutMs);
    try {
      return client.execute(post, reply -> reply.getCode());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static CloseableHttpClient client(int most, SSLContext trust) {
    var guard = new AddressGuard("127.0.0.1,localhost");
    var client = new ReceiverClient(SystemDefaultDnsResolver.INSTANCE, guard, most, trust);
    var builder = HttpClients.custom().setConnectionManager(client.connections());
    client.configureHttpClient(builder);
    return builder.build();
  }

  private static SSLContext serving(Certificate certificate) throws Exception {
    var keys = KeyStore.getInstance("PKCS12");
    var password = Certificate.PASSWORD.toCharArray();
    try (InputStream store = Files.newInputStream(certificate.store())) {
      keys.load(store, password);
    }
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, password);
    var context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  private static String url(String scheme, int port) {
    return scheme + "://127.0.0.1:" + port + "/hook";
  }
}
