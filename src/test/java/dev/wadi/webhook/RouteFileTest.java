package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.consumer.GroupDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
      kit.camel()
          .getComponent("kamelet", KameletComponent.class)
          .setLocation("file:" + Path.of("routes", "kamelets").toAbsolutePath());
      PluginHelper.getRoutesLoader(kit.camel())
          .loadRoutes(
              ResourceHelper.fromString(
                  "mine.camel.yaml", route(receiver.url() + "?a=1&b=2", secret.text())));
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
  void route_that_takes_longer_than_ack_wait_keeps_its_messages() throws Exception {
    var release = new CountDownLatch(1);
    try (var kit = new WebhookKit();
        var receiver =
            new TestReceiver(
                (request, out) -> {
                  release.await();
                  TestReceiver.write(out, 200, "");
                })) {
      var defaults = GroupDefinition.of("mine", "orders");
      kit.groups.create(
          new GroupDefinition(
              "mine", "orders", null, defaults.start(), 500, 10, null, List.of(), 10));
      kit.camel()
          .getComponent("kamelet", KameletComponent.class)
          .setLocation("file:" + Path.of("routes", "kamelets").toAbsolutePath());
      PluginHelper.getRoutesLoader(kit.camel())
          .loadRoutes(
              ResourceHelper.fromString(
                  "mine.camel.yaml", route(receiver.url(), SigningSecret.random().text())));
      kit.append("a");
      await().atMost(LIMIT).until(() -> receiver.requests().size() == 1);
      await()
          .during(Duration.ofSeconds(2))
          .atMost(LIMIT)
          .until(() -> kit.consumers.status("mine").inFlight() == 1);
      release.countDown();
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(() -> kit.consumers.status("mine").cursor() == 1);
      assertThat(receiver.requests()).hasSize(1);
    }
  }

  private static String route(String url, String secret) {
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
                batch_size: 2
              steps:
                - to:
                    uri: kamelet:webhook-sink
                    parameters:
                      url: "RAW(%s)"
                      secret: "RAW(%s)"
        """
        .formatted(url, secret);
  }
}
