package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Receivers that do not behave: each has its documented outcome, and none stops the others. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileReceiverTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final int TIMEOUT_MS = 2_000;
  private static final int LONG_TIMEOUT_MS = 60_000;

  /** More than the timeout and less than any other limit, of which a socket's is the next. */
  private static final int MUCH_LATER_MS = 30_000;

  private static final String HEAD = "HTTP/1.1 200 OK\r\n";

  private WebhookKit kit;
  private TestReceiver trap;

  private record Misbehaviour(String name, TestReceiver.Answer answer, int status, String error) {
    /** Short only where it is what ends the request. */
    int timeoutMs() {
      return status == 0 ? TIMEOUT_MS : LONG_TIMEOUT_MS;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  void start() throws Exception {
    kit = new WebhookKit();
    trap = new TestReceiver(TestReceiver.status(200));
    kit.append("a", "b");
  }

  @AfterAll
  void stop() throws Exception {
    kit.close();
    trap.close();
  }

  Stream<Misbehaviour> misbehaviours() {
    return Stream.of(
        new Misbehaviour(
            "slow",
            (request, out) -> {
              beSlow(300);
              TestReceiver.write(out, 200, "");
            },
            200,
            null),
        new Misbehaviour("broken", TestReceiver.reply(500, "oh no"), 500, "status 500"),
        new Misbehaviour(
            "redirecting",
            (request, out) -> TestReceiver.write(out, 302, "", "Location: " + trap.url()),
            302,
            "status 302, redirects are not followed"),
        new Misbehaviour("garbage", (request, out) -> send(out, "hello\r\n\r\n"), 0, ""),
        new Misbehaviour(
            "throttling for seconds",
            TestReceiver.status(429, "Retry-After: 1"),
            429,
            "status 429"),
        new Misbehaviour(
            "throttling until a date",
            (request, out) -> TestReceiver.write(out, 429, "", "Retry-After: " + inTwoSeconds()),
            429,
            "status 429"),
        new Misbehaviour(
            "throttling with nonsense",
            TestReceiver.status(503, "Retry-After: -1.5"),
            503,
            "status 503"),
        new Misbehaviour("gone", TestReceiver.status(410), 410, "status 410"),
        new Misbehaviour("silent", (request, out) -> new CountDownLatch(1).await(), 0, "timeout: "),
        new Misbehaviour("hanging up", (request, out) -> out.close(), 0, ""),
        new Misbehaviour(
            "dripping body",
            (request, out) -> {
              send(out, HEAD + "content-length: 100000\r\n\r\n");
              drip(out, "x");
            },
            0,
            "timeout: "),
        new Misbehaviour(
            "dripping headers",
            (request, out) -> {
              send(out, HEAD + "x: ");
              drip(out, "x");
            },
            0,
            "timeout: "),
        new Misbehaviour(
            "never ready",
            (request, out) -> drip(out, "HTTP/1.1 100 Continue\r\n\r\n"),
            0,
            "timeout: "),
        new Misbehaviour(
            "endless",
            (request, out) -> {
              send(out, HEAD + "content-type: text/plain\r\n\r\n");
              var block = "y".repeat(65_536);
              while (!Thread.currentThread().isInterrupted()) {
                send(out, block);
              }
            },
            200,
            null),
        new Misbehaviour(
            "of a gigabyte",
            (request, out) -> {
              send(out, HEAD + "content-length: 1073741824\r\n\r\n");
              var block = "z".repeat(65_536);
              for (int sent = 0; sent < 16_384; sent++) {
                send(out, block);
              }
            },
            200,
            null),
        new Misbehaviour(
            "gzip bomb",
            (request, out) -> {
              var bomb = bomb();
              send(
                  out,
                  HEAD + "content-encoding: gzip\r\ncontent-length: " + bomb.length + "\r\n\r\n");
              out.write(bomb);
              out.flush();
            },
            200,
            null),
        new Misbehaviour(
            "ending in the body",
            (request, out) -> {
              send(out, HEAD + "content-length: 100\r\n\r\nhalf");
              out.close();
            },
            0,
            ""),
        new Misbehaviour(
            "reset in the body",
            (request, out) -> {
              send(out, HEAD + "content-length: 100\r\n\r\nhalf");
              throw new TestReceiver.Reset();
            },
            0,
            ""),
        new Misbehaviour(
            "many headers",
            (request, out) -> {
              send(out, HEAD);
              for (int number = 0; number < 10_000; number++) {
                send(out, "x-" + number + ": y\r\n");
              }
              send(out, "\r\n");
            },
            0,
            ""));
  }

  @ParameterizedTest
  @MethodSource("misbehaviours")
  void has_its_outcome_and_others_keep_their_pace(Misbehaviour each) throws Exception {
    var name = each.name.replace(' ', '-');
    try (var hostile = new TestReceiver(each.answer);
        var alive = new TestReceiver(TestReceiver.status(200))) {
      kit.create(name, hostile.url(), definition -> definition.timeoutMs(each.timeoutMs()));
      kit.create(name + "-alive", alive.url());
      await().atMost(LIMIT).until(() -> kit.isDone(name + "-alive"));
      await().atMost(LIMIT).until(() -> !kit.attempts(name).isEmpty());

      var attempts = kit.attempts(name);
      var first = attempts.get(attempts.size() - 1);
      assertThat(first.status()).as("%s", first).isEqualTo(each.status);
      assertThat(first.latencyMs()).isLessThan(MUCH_LATER_MS);
      if (each.error == null) {
        assertThat(first.error()).isNull();
        await().atMost(LIMIT).until(() -> kit.isDone(name));
      } else {
        assertThat(first.error()).startsWith(each.error);
        if (each.status == 410) {
          await().atMost(LIMIT).until(() -> kit.status(name).state().equals("disabled"));
        }
        hostile.answer(TestReceiver.status(200));
        if (each.status == 410) {
          kit.webhooks.resume(name);
          kit.refresh();
        }
        await().atMost(LIMIT).until(() -> kit.isDone(name));
      }
      assertThat(trap.requests()).isEmpty();
    } finally {
      kit.webhooks.delete(name);
      kit.webhooks.delete(name + "-alive");
      kit.refresh();
    }
  }

  @Test
  void name_that_leads_to_loopback_is_refused_at_connecting() throws Exception {
    var names = new ToLoopback();
    try (var guarded = new WebhookKit("", names)) {
      guarded.create("inside", "http://rebind.example:" + trap.port() + "/hook");
      guarded.append("a");
      await().atMost(LIMIT).until(() -> !guarded.attempts("inside").isEmpty());
      assertThat(guarded.attempts("inside").get(0).error())
          .contains("host 'rebind.example': must not be at a loopback address");
      assertThat(trap.requests()).isEmpty();
    }
  }

  private static final class ToLoopback implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) {
      return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void drip(OutputStream out, String drop) throws IOException, InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      send(out, drop);
      beSlow(100);
    }
  }

  /** Takes its time on purpose: that is what the receiver is here for, and nothing waits for it. */
  private static void beSlow(long ms) throws InterruptedException {
    Thread.sleep(ms);
  }

  private static String inTwoSeconds() {
    var time = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2);
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(time);
  }

  private static byte[] bomb() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      var zeros = new byte[1 << 20];
      for (int mebibyte = 0; mebibyte < 10; mebibyte++) {
        gzip.write(zeros);
      }
    }
    return packed.toByteArray();
  }
}
