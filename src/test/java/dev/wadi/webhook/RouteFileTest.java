package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.consumer.GroupDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.camel.Processor;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/** A webhook that is a route of the user's own: stream-source to webhook-sink. */
class RouteFileTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void route_that_fails_gets_its_messages_again_and_one_that_ends_well_acks() throws Exception {
    try (var kit = new WebhookKit();
        var receiver = new TestReceiver(TestReceiver.status(500))) {
      var secret = SigningSecret.random();
      load(kit, receiver.url() + "?a=1&b=2", secret);
      kit.append("a", "b");
      await().atMost(LIMIT).until(() -> receiver.requests().size() >= 2);
      receiver.answer(TestReceiver.status(200));
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(
              () ->
                  kit.consumers.status("mine").cursor() == 2
                      && kit.consumers.status("mine").parkedKeys() == 0);

      var request = receiver.requests().get(0);
      assertThat(request.path()).isEqualTo("/hook?a=1&b=2");
      assertThat(request.json().at("/data/0/metadata/consumer/name").asText()).isEqualTo("mine");
      DeliveryTest.verify(secret, request);
    }
  }

  @Test
  void group_that_was_there_does_not_give_messages_out_again_while_their_request_runs()
      throws Exception {
    var release = new CountDownLatch(1);
    try (var kit = new WebhookKit();
        var receiver =
            new TestReceiver(
                (request, out) -> {
                  release.await();
                  TestReceiver.write(out, 200, "");
                })) {
      kit.groups.create(shortOf(GroupDefinition.of("mine", "orders")));
      kit.refresh();
      load(kit, receiver.url(), SigningSecret.random());
      kit.append("a");
      await().atMost(LIMIT).until(() -> receiver.requests().size() == 1);
      await()
          .during(Duration.ofSeconds(2))
          .atMost(LIMIT)
          .until(() -> kit.consumers.status("mine").inFlight() == 1);
      release.countDown();
      await().atMost(LIMIT).until(() -> kit.isSettled("mine"));
      assertThat(receiver.requests()).hasSize(1);
    }
  }

  @Test
  void own_headers_go_along_and_both_secrets_sign_and_retries_come_as_listed() throws Exception {
    try (var kit = new WebhookKit();
        var receiver = new TestReceiver(TestReceiver.status(500))) {
      var secret = SigningSecret.random();
      var previous = SigningSecret.random();
      load(
          kit,
          receiver.url(),
          secret,
          "retry_delays_ms: \"1, 86400000\"",
          "previous_secret: \"RAW(%s)\"".formatted(previous.text()),
          "headers: 'RAW({\"X-Key\": \"a b\", \"Authorization\": \"Bearer (c)\"})'");
      kit.append("a");
      await().atMost(LIMIT).until(() -> receiver.requests().size() == 2);
      await()
          .during(Duration.ofSeconds(2))
          .atMost(LIMIT)
          .until(() -> receiver.requests().size() == 2);

      var request = receiver.requests().get(1);
      assertThat(request.header("x-key")).isEqualTo("a b");
      assertThat(request.header("authorization")).isEqualTo("Bearer (c)");
      DeliveryTest.verify(secret, request);
      DeliveryTest.verify(previous, request);
    }
  }

  @Test
  void messages_that_one_of_several_receivers_did_not_take_come_again() throws Exception {
    try (var kit = new WebhookKit();
        var part =
            new TestReceiver(
                TestReceiver.reply(200, "{\"batchItemFailures\": [{\"itemIdentifier\": \"1\"}]}"));
        var all = new TestReceiver(TestReceiver.status(200))) {
      loadSteps(
          kit,
          """
          - multicast:
              steps:
                - to: "kamelet:webhook-sink?url=%1$s&secret=RAW(%3$s)"
                - to: "kamelet:webhook-sink?url=%2$s&secret=RAW(%3$s)"
          """
              .formatted(part.url(), all.url(), SigningSecret.random().text()));
      kit.append("a");
      await().atMost(LIMIT).until(() -> part.requests().size() >= 2);
      assertThat(kit.isSettled("mine")).isFalse();

      part.answer(TestReceiver.status(200));
      await().atMost(LIMIT).until(() -> kit.isSettled("mine"));
    }
  }

  @Test
  void route_that_asks_for_a_rollback_gets_its_messages_again() throws Exception {
    try (var kit = new WebhookKit()) {
      var taken = new AtomicInteger();
      kit.camel().getRegistry().bind("work", (Processor) exchange -> taken.incrementAndGet());
      loadSteps(
          kit,
          """
          - process:
              ref: work
          - choice:
              when:
                - simple: "${bean:isFirst}"
                  steps:
                    - rollback:
                        markRollbackOnly: true
          """,
          () -> taken.get() == 1);
      kit.append("a");
      await().atMost(LIMIT).until(() -> kit.isSettled("mine"));
      assertThat(taken).hasValueGreaterThan(1);
    }
  }

  private static void loadSteps(WebhookKit kit, String steps) throws Exception {
    loadSteps(kit, steps, () -> false);
  }

  private static void loadSteps(WebhookKit kit, String steps, Supplier<Boolean> isFirst)
      throws Exception {
    kit.camel().getRegistry().bind("isFirst", isFirst);
    load(
        kit,
        """
        - route:
            id: mine
            routeConfigurationId: webhook-errors
            from:
              uri: kamelet:stream-source
              parameters:
                stream: orders
                consumer: mine
              steps:
        """
            + steps.indent(8));
  }

  private static GroupDefinition shortOf(GroupDefinition group) {
    return new GroupDefinition(
        group.name(),
        group.stream(),
        null,
        group.start(),
        500,
        group.maxAckPending(),
        null,
        List.of(),
        group.maxWaiting());
  }

  private static void load(WebhookKit kit, String url, SigningSecret secret) throws Exception {
    load(kit, url, secret, "batch_size: 2", "timeout_ms: 15000", "headers: '{}'");
  }

  private static void load(
      WebhookKit kit, String url, SigningSecret secret, String source, String... sink)
      throws Exception {
    load(kit, route(url, secret.text(), source, String.join("\n" + " ".repeat(14), sink)));
  }

  private static void load(WebhookKit kit, String route) throws Exception {
    kit.camel()
        .getComponent("kamelet", KameletComponent.class)
        .setLocation("file:" + Path.of("routes", "kamelets").toAbsolutePath());
    PluginHelper.getRoutesLoader(kit.camel())
        .loadRoutes(ResourceHelper.fromString("mine.camel.yaml", route));
  }

  private static String route(String url, String secret, String source, String sink) {
    return """
    - route:
        id: mine
        description: Posts every event.
        routeConfigurationId: webhook-errors
        from:
          uri: kamelet:stream-source
          parameters:
            stream: orders
            consumer: mine
            %s
          steps:
            - to:
                uri: kamelet:webhook-sink
                parameters:
                  url: "RAW(%s)"
                  secret: "RAW(%s)"
                  %s
    """
        .formatted(source, url, secret, sink);
  }
}
