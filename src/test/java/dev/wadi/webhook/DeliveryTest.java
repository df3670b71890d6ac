package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What webhooks do with receivers that work, fail in part, or want to be left alone. */
@Tag("slow")
class DeliveryTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  private WebhookKit kit;
  private TestReceiver receiver;

  @BeforeEach
  void start() throws Exception {
    kit = new WebhookKit();
    receiver = new TestReceiver(TestReceiver.status(200));
  }

  @AfterEach
  void stop() throws Exception {
    kit.close();
    receiver.close();
  }

  @Test
  void order_per_row_and_completeness_survive_random_failures() throws Exception {
    var random = new Random(4711);
    var taken = new ConcurrentHashMap<String, List<Long>>();
    receiver.answer(
        (request, out) -> {
          boolean fails;
          synchronized (random) {
            fails = random.nextInt(100) < 30;
          }
          if (fails) {
            TestReceiver.write(out, 500, "");
            return;
          }
          for (var message : request.json().path("data")) {
            taken
                .computeIfAbsent(
                    message.at("/metadata/record_pk").asText(),
                    key -> Collections.synchronizedList(new ArrayList<>()))
                .add(message.at("/metadata/seq").asLong());
          }
          TestReceiver.write(out, 200, "");
        });
    kit.create("hook", receiver.url(), definition -> definition.batchSize(3));
    var keys = IntStream.range(0, 300).mapToObj(i -> "key-" + i % 13).toList();
    kit.append(keys);

    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    var expected = new HashMap<String, List<Long>>();
    for (int place = 0; place < keys.size(); place++) {
      expected.computeIfAbsent(keys.get(place), key -> new ArrayList<>()).add(place + 1L);
    }
    assertThat(taken).isEqualTo(expected);
  }

  @Test
  void id_stays_over_retries_and_every_attempt_is_signed_anew() throws Exception {
    receiver.answer(TestReceiver.status(500));
    var secret = kit.create("hook", receiver.url());
    kit.append("a");
    await().atMost(LIMIT).until(() -> receiver.requests().size() >= 3);
    receiver.answer(TestReceiver.status(204));
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));

    var requests = receiver.requests();
    assertThat(requests)
        .extracting(each -> each.header("webhook-id"))
        .containsOnly(requests.get(0).header("webhook-id"));
    assertThat(requests.get(1).header("wadi-attempt")).isEqualTo("2");
    for (var request : requests) {
      verify(secret, request);
    }
  }

  @Test
  void only_what_a_batch_reply_names_is_sent_again() throws Exception {
    receiver.answer(
        (request, out) -> {
          boolean first = receiver.requests().size() == 1;
          TestReceiver.write(
              out,
              200,
              first ? "{\"batchItemFailures\":[{\"itemIdentifier\":\"2\"}]}" : "ok",
              "content-type: application/json");
        });
    kit.append("a", "b", "c");
    kit.create("hook", receiver.url(), definition -> definition.batchSize(10));
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));

    assertThat(receiver.requests())
        .extracting(TestReceiver.Request::seqs)
        .containsExactly(List.of(1L, 2L, 3L), List.of(2L));
  }

  @Test
  void reply_that_names_what_was_not_sent_settles_nothing() throws Exception {
    receiver.answer(
        (request, out) -> {
          boolean first = receiver.requests().size() == 1;
          TestReceiver.write(
              out, 200, first ? "{\"batchItemFailures\":[{\"itemIdentifier\":\"77\"}]}" : "");
        });
    kit.append("a", "b");
    kit.create("hook", receiver.url(), definition -> definition.batchSize(10));
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    var again = receiver.requests().stream().skip(1).flatMap(each -> each.seqs().stream()).toList();
    assertThat(again).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void gone_disables_and_resume_goes_on_without_loss() throws Exception {
    receiver.answer(TestReceiver.status(410));
    kit.create("hook", receiver.url(), each -> each.maxConcurrency(1).maxDeliver(1));
    kit.append("a", "b");
    await().atMost(LIMIT).until(() -> kit.webhook("hook").disabledReason() != null);
    kit.refresh();
    assertThat(kit.status("hook").state()).isEqualTo("disabled");
    assertThat(kit.status("hook").reason()).isEqualTo("the receiver answered 410 Gone");
    assertThat(receiver.requests()).hasSize(1);

    receiver.answer(TestReceiver.status(200));
    kit.webhooks.resume("hook");
    kit.refresh();
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    assertThat(receiver.requests().stream().flatMap(each -> each.seqs().stream()).toList())
        .containsExactlyInAnyOrder(1L, 1L, 2L);
  }

  @Test
  void answers_to_requests_from_before_do_not_stop_what_was_resumed() throws Exception {
    var arrived = new CountDownLatch(3);
    var resumed = new CountDownLatch(1);
    receiver.answer(
        (request, out) -> {
          arrived.countDown();
          arrived.await();
          long seq = request.seqs().get(0);
          if (seq > 1) {
            resumed.await();
          }
          TestReceiver.write(out, seq == 3 ? 429 : 410, "", "Retry-After: 600");
        });
    kit.create("hook", receiver.url(), definition -> definition.maxConcurrency(3));
    kit.append("a", "b", "c");
    await().atMost(LIMIT).until(() -> kit.webhook("hook").disabledReason() != null);

    receiver.answer(TestReceiver.status(200));
    kit.webhooks.resume("hook");
    kit.refresh();
    resumed.countDown();
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    assertThat(kit.attempts("hook"))
        .extracting(Attempt::status)
        .containsExactlyInAnyOrder(410, 410, 429, 200, 200, 200);
    assertThat(kit.status("hook").state()).isEqualTo("active");
  }

  @Test
  void answers_of_another_url_do_not_stop_a_webhook() throws Exception {
    var arrived = new CountDownLatch(1);
    var moved = new CountDownLatch(1);
    receiver.answer(
        (request, out) -> {
          arrived.countDown();
          moved.await();
          TestReceiver.write(out, 410, "");
        });
    kit.create("hook", receiver.url());
    kit.append("a");
    arrived.await();
    try (var other = new TestReceiver(TestReceiver.status(200))) {
      kit.webhooks.update(new WebhookKit.Definition().build("hook", other.url()));
      kit.refresh();
      moved.countDown();
      await().atMost(LIMIT).until(() -> kit.isDone("hook"));
      assertThat(other.requests()).hasSize(1);
      assertThat(kit.status("hook").state()).isEqualTo("active");
    }
  }

  @Test
  void retry_after_pauses_the_whole_endpoint() throws Exception {
    var times = Collections.synchronizedList(new ArrayList<Instant>());
    receiver.answer(
        (request, out) -> {
          times.add(Instant.now());
          boolean first = times.size() == 1;
          TestReceiver.write(out, first ? 429 : 200, "", "Retry-After: 1");
        });
    kit.append("a", "b", "c");
    kit.create("hook", receiver.url(), definition -> definition.maxConcurrency(1));
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));

    assertThat(Duration.between(times.get(0), times.get(1))).isGreaterThan(Duration.ofMillis(950));
  }

  @Test
  void pause_by_retry_after_outlasts_a_restart_until_it_is_resumed() throws Exception {
    receiver.answer(TestReceiver.status(503, "Retry-After: 600"));
    kit.create("hook", receiver.url());
    kit.append("a");
    await().atMost(LIMIT).until(() -> kit.status("hook").state().equals("waiting"));

    kit.camel().getRouteController().stopRoute("deliver-webhooks");
    receiver.answer(TestReceiver.status(200));
    kit.camel().getRouteController().startRoute("deliver-webhooks");
    kit.append("b");
    kit.refresh();
    assertThat(kit.status("hook").state()).isEqualTo("waiting");
    assertThat(kit.status("hook").pausedMs()).isGreaterThan(500_000);
    assertThat(receiver.requests()).hasSize(1);

    kit.webhooks.resume("hook");
    kit.refresh();
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    assertThat(kit.status("hook").state()).isEqualTo("active");
  }

  @Test
  void pause_holds_although_it_cannot_be_noted() throws Exception {
    kit.database.execute(
        "alter table wadi.webhooks add constraint no_waits check (waits_until is null)");
    receiver.answer(TestReceiver.status(503, "Retry-After: 600"));
    kit.create("hook", receiver.url());
    kit.append("a");
    await().atMost(LIMIT).until(() -> kit.status("hook").state().equals("waiting"));
    kit.refresh();
    kit.refresh();
    assertThat(kit.status("hook").state()).isEqualTo("waiting");
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void failures_after_a_pause_was_ended_are_tried_again_at_once() throws Exception {
    receiver.answer(TestReceiver.status(503, "Retry-After: 600"));
    kit.create("hook", receiver.url());
    kit.append("a");
    await().atMost(LIMIT).until(() -> kit.status("hook").state().equals("waiting"));

    receiver.answer(TestReceiver.status(500));
    kit.webhooks.resume("hook");
    kit.refresh();
    await().atMost(LIMIT).until(() -> "failing".equals(kit.status("hook").state()));
    receiver.answer(TestReceiver.status(200));
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
  }

  @Test
  void paused_webhook_sends_nothing_until_it_is_resumed() throws Exception {
    kit.create("hook", receiver.url());
    kit.create("other", receiver.url());
    kit.webhooks.pause("hook");
    kit.refresh();
    kit.append("a", "b");
    await().atMost(LIMIT).until(() -> kit.isDone("other"));
    assertThat(receiver.requests())
        .extracting(each -> each.json().at("/data/0/metadata/consumer/name").asText())
        .containsOnly("other");

    kit.webhooks.resume("hook");
    kit.refresh();
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
  }

  @Test
  void message_that_fails_too_often_is_dead_and_can_be_redelivered() throws Exception {
    receiver.answer(TestReceiver.status(422));
    kit.create("hook", receiver.url(), definition -> definition.maxDeliver(2));
    kit.append("a");
    var group = kit.groups.find("webhook.hook").orElseThrow();
    await().atMost(LIMIT).until(() -> kit.groups.countDead(group) == 1);
    assertThat(kit.groups.dead(group, 0, 10).get(0).lastError()).isEqualTo("status 422");

    receiver.answer(TestReceiver.status(200));
    assertThat(kit.consumers.redrive("webhook.hook", null).get()).isEqualTo(1);
    await().atMost(LIMIT).until(() -> kit.groups.countDead(group) == 0);
    assertThat(receiver.requests()).hasSize(3);
  }

  @Test
  void both_secrets_sign_after_a_rotation_until_the_old_one_ends() throws Exception {
    var old = kit.create("hook", receiver.url());
    var fresh = SigningSecret.random();
    kit.webhooks.rotate(kit.webhook("hook"), fresh);
    kit.refresh();
    kit.append("a");
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    var request = receiver.requests().get(0);
    verify(old, request);
    verify(fresh, request);
    assertThat(request.header("webhook-signature").split(" ")).hasSize(2);

    kit.webhooks.forgetPreviousSecrets();
    assertThat(kit.webhook("hook").previousSecret()).as("not over yet").isNotNull();
    kit.database.execute(
        "update wadi.webhooks set previous_secret_until = now() - interval '1 second'");
    kit.webhooks.forgetPreviousSecrets();
    kit.refresh();
    kit.append("b");
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    assertThat(receiver.requests().get(1).header("webhook-signature").split(" ")).hasSize(1);
    assertThat(kit.database.rows("select previous_secret from wadi.webhooks")).containsExactly("");
  }

  @Test
  void secrets_are_encrypted_in_the_database_and_absent_from_logs() throws Exception {
    var logged = new ListAppender<ILoggingEvent>();
    logged.start();
    var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(logged);
    var secret =
        kit.create("hook", receiver.url(), each -> each.headers(Map.of("X-Key", "canary-4711")));
    receiver.answer(
        (request, out) -> TestReceiver.write(out, 500, request.headers() + secret.text()));
    kit.append("a");
    await().atMost(LIMIT).until(() -> receiver.requests().size() >= 2);
    await().atMost(LIMIT).until(() -> !kit.attempts("hook").isEmpty());
    assertThat(kit.attempts("hook").get(0).excerpt())
        .contains("x-key=***", "whsec_***")
        .doesNotContain("canary");
    receiver.answer(TestReceiver.status(410));
    await().atMost(LIMIT).until(() -> kit.webhook("hook").disabledReason() != null);
    root.detachAppender(logged);
    assertThat(logged.list).isNotEmpty();
    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("canary") || line.contains(secret.text().substring(6)));
    assertThat(receiver.requests().get(0).header("x-key")).isEqualTo("canary-4711");
    var rows =
        kit.database.rows(
            "select w::text || encode(headers, 'escape') || encode(secret, 'escape') from"
                + " wadi.webhooks w");
    assertThat(rows.get(0))
        .contains("X-Key")
        .doesNotContain("canary")
        .doesNotContain(secret.text().substring(6));
    assertThat(kit.webhook("hook").toString())
        .doesNotContain("canary")
        .doesNotContain(secret.text());
  }

  @Test
  void webhook_of_another_key_is_left_out_and_the_others_go_on() throws Exception {
    kit.create("hook", receiver.url());
    kit.create("lost", receiver.url());
    kit.database.execute("update wadi.webhooks set secret = 'x' || secret where name = 'lost'");
    kit.refresh();
    kit.append("a");
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    assertThat(kit.webhooks.list()).extracting(Webhook::name).containsExactly("hook");
    assertThat(kit.webhooks.delete("lost")).isTrue();
  }

  @Test
  void what_is_in_flight_at_the_end_is_finished_and_acked() throws Exception {
    var asked = new CountDownLatch(1);
    var answer = new CountDownLatch(1);
    receiver.answer(
        (request, out) -> {
          asked.countDown();
          answer.await();
          TestReceiver.write(out, 200, "");
        });
    kit.create("hook", receiver.url());
    kit.append("a");
    asked.await();
    var stopping = new Thread(kit.deliveries::stop);
    stopping.start();
    await().atMost(LIMIT).until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
    answer.countDown();
    stopping.join();
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void what_does_not_end_at_the_end_is_broken_off_and_given_back_uncharged() throws Exception {
    var hungUp = new CountDownLatch(1);
    receiver.answer(
        (request, out) -> {
          await().atMost(LIMIT).until(() -> isHungUp(out));
          hungUp.countDown();
        });
    kit.create("hook", receiver.url(), each -> each.timeoutMs(300_000).maxDeliver(1));
    kit.append("a");
    await().atMost(LIMIT).until(() -> receiver.requests().size() == 1);
    kit.camel().getRouteController().stopRoute("deliver-webhooks");
    assertThat(hungUp.await(5, TimeUnit.SECONDS)).isTrue();

    receiver.answer(TestReceiver.status(200));
    kit.camel().getRouteController().startRoute("deliver-webhooks");
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    assertThat(receiver.requests())
        .extracting(each -> each.header("wadi-attempt"))
        .containsExactly("1", "1");
  }

  @Test
  void attempts_are_bounded() throws Exception {
    kit.create("hook", receiver.url());
    kit.append(IntStream.range(0, 150).mapToObj(i -> "key-" + i).toList());
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    await().atMost(LIMIT).until(() -> kit.attempts("hook").size() == Attempts.KEPT);
    kit.append("more");
    await().atMost(LIMIT).until(() -> kit.isDone("hook"));
    await().atMost(LIMIT).until(() -> kit.attempts("hook").get(0).firstSeq() == 151);
    assertThat(kit.database.number("select count(*) from wadi.webhook_attempts"))
        .isEqualTo(Attempts.KEPT);
  }

  @Test
  void dead_endpoint_costs_one_probe_at_a_time_and_the_others_keep_their_pace() throws Exception {
    receiver.answer(TestReceiver.status(500));
    kit.create("dead", receiver.url());
    try (var alive = new TestReceiver(TestReceiver.status(200))) {
      kit.create("alive", alive.url());
      kit.append(IntStream.range(0, 200).mapToObj(i -> "key-" + i).toList());
      await().atMost(LIMIT).until(() -> kit.isDone("alive"));
      await().atMost(LIMIT).until(() -> "failing".equals(kit.status("dead").state()));
      int asked = receiver.requests().size();
      await().atMost(LIMIT).until(() -> receiver.requests().size() > asked);
      assertThat(receiver.requests().size()).isLessThan(30);
      receiver.answer(TestReceiver.status(200));
      await().atMost(LIMIT).until(() -> kit.isDone("dead"));
    }
  }

  @Test
  void endpoints_that_hang_take_nothing_from_one_that_answers() throws Exception {
    try (var hanging = new TestReceiver((request, out) -> new CountDownLatch(1).await())) {
      for (int number = 0; number < 4; number++) {
        kit.create(
            "hanging-" + number, hanging.url(), each -> each.timeoutMs(300_000).maxConcurrency(50));
      }
      kit.create("alive", receiver.url());
      kit.append(IntStream.range(0, 100).mapToObj(i -> "key-" + i).toList());
      await("every place is taken").atMost(LIMIT).until(() -> hanging.requests().size() == 200);

      kit.append(IntStream.range(0, 500).mapToObj(i -> "later-" + i).toList());
      await().atMost(LIMIT).until(() -> kit.isDone("alive"));
      assertThat(receiver.requests()).hasSize(600);
      assertThat(kit.status("hanging-0").inFlight()).isEqualTo(50);
      assertThat(kit.attempts("hanging-0")).isEmpty();
    }
  }

  @Test
  void cloudevents_come_in_three_modes() throws Exception {
    kit.append("k 1\"☕");
    kit.create("binary", receiver.url(), each -> each.format(Format.CLOUDEVENTS_BINARY));
    await().atMost(LIMIT).until(() -> kit.isDone("binary"));
    var binary = receiver.requests().get(0);
    assertThat(binary.header("content-type")).isEqualTo("application/json");
    assertThat(binary.header("ce-specversion")).isEqualTo("1.0");
    assertThat(binary.header("ce-type")).isEqualTo("public.orders.insert");
    assertThat(binary.header("ce-subject")).isEqualTo("k%201%22%E2%98%95");
    assertThat(binary.header("ce-sequence")).isEqualTo("0000000000000000001");
    assertThat(binary.header("ce-wadiseq")).isEqualTo("1");
    assertThat(binary.headers()).doesNotContainKey("ce-datacontenttype");
    assertThat(binary.json().at("/metadata/seq").asLong()).isEqualTo(1);

    kit.create("structured", receiver.url(), each -> each.format(Format.CLOUDEVENTS_STRUCTURED));
    await().atMost(LIMIT).until(() -> kit.isDone("structured"));
    var structured = receiver.requests().get(1);
    assertThat(structured.header("content-type")).startsWith("application/cloudevents+json");
    assertThat(structured.json().at("/source").asText()).isEqualTo("/wadi/orders");
    assertThat(structured.json().at("/subject").asText()).isEqualTo("k 1\"☕");
    assertThat(structured.json().at("/wadiseq").asText()).isEqualTo("1");
    assertThat(structured.json().at("/data/record/number").asInt()).isEqualTo(1);

    kit.create("batch", receiver.url(), each -> each.format(Format.CLOUDEVENTS_BATCH));
    await().atMost(LIMIT).until(() -> kit.isDone("batch"));
    assertThat(receiver.requests().get(2).json().isArray()).isTrue();
  }

  /** An interim answer is written to find out. */
  private static boolean isHungUp(OutputStream out) {
    try {
      out.write("HTTP/1.1 102 Processing\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  static void verify(SigningSecret secret, TestReceiver.Request request)
      throws WebhookVerificationException {
    var headers =
        request.headers().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, each -> List.of(each.getValue())));
    new com.standardwebhooks.Webhook(secret.text())
        .verify(request.body(), HttpHeaders.of(headers, (name, value) -> true));
  }
}
