package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks that are route files are taken up, changed and removed while they send. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookFilesTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final String SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  private static final String TEXT =
      """
      - route:
          id: NAME
          description: Posts every event.
          routeConfigurationId: webhook-errors
          from:
            uri: kamelet:stream-source
            parameters:
              stream: orders
              consumer: NAME
              batch_size: 3
            steps:
              - log: sending
              - to:
                  uri: kamelet:webhook-sink
                  parameters:
                    url: URL
                    secret: SECRET
                    previous_secret: SECRET
                    headers: '{}'
      """;

  @TempDir private static Path folder;

  private WebhookKit kit;
  private WebhookFiles files;
  private TestReceiver receiver;

  @BeforeAll
  void start() throws Exception {
    kit = new WebhookKit();
    files = kit.files(folder);
    receiver = new TestReceiver(TestReceiver.status(200));
  }

  @AfterAll
  void stop() throws Exception {
    kit.close();
    receiver.close();
  }

  @Test
  void file_that_changes_while_it_sends_loses_nothing_and_removed_it_sends_no_more()
      throws Exception {
    try (var first = new TestReceiver(TestReceiver.status(200));
        var second = new TestReceiver(TestReceiver.status(200))) {
      write("moving", text("moving", first.url()));
      kit.append(IntStream.range(0, 50).mapToObj(i -> "key-" + i % 7).toList());
      await().atMost(LIMIT).until(() -> !first.requests().isEmpty());

      kit.append(IntStream.range(0, 150).mapToObj(i -> "key-" + i % 7).toList());
      write("moving", text("moving", second.url()));
      var later = new AtomicInteger();
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                kit.append("later-" + later.incrementAndGet());
                return !second.requests().isEmpty();
              });
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(kit.isSettled("moving")).as(kit.state("moving")).isTrue());
      var got = LongStream.concat(seqs(first), seqs(second)).boxed().toList();
      assertThat(got).containsAll(LongStream.rangeClosed(1, 200 + later.get()).boxed().toList());

      Files.delete(file("moving"));
      await().atMost(LIMIT).until(() -> files.runningText("moving").isEmpty());
      int sent = second.requests().size();
      write("other", text("other", first.url()));
      kit.append("after");
      await().atMost(LIMIT).until(() -> kit.isSettled("other"));
      assertThat(second.requests()).hasSize(sent);
      Files.delete(file("other"));
    }
  }

  @Test
  void gone_receiver_is_told_and_the_file_goes_on_when_it_is_changed() throws Exception {
    try (var leaving = new TestReceiver(TestReceiver.status(410))) {
      write("leaving", text("leaving", leaving.url()));
      kit.append("a", "b");
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  "disabled: the receiver answered 410 Gone"
                      .equals(kit.messages.troubled().get("leaving")));

      leaving.answer(TestReceiver.status(200));
      write("leaving", text("leaving", leaving.url()) + "# It was mended.\n");
      await().atMost(LIMIT).until(() -> kit.isSettled("leaving"));
      assertThat(kit.messages.troubled()).isEmpty();
      Files.delete(file("leaving"));
    }
  }

  @Test
  void file_whose_versions_both_could_not_start_is_tried_again() throws Exception {
    var registry = kit.camel().getRegistry();
    registry.bind("helper", (Processor) exchange -> {});
    var helped =
        text("helped", receiver.url()).replace("- log: sending", "- process: {ref: helper}");
    write("helped", helped);
    await().atMost(LIMIT).until(() -> files.runningText("helped").equals(helped));

    registry.unbind("helper");
    write("helped", helped + "# edited\n");
    await().atMost(LIMIT).until(() -> files.refusals().containsKey("helped"));
    registry.bind("helper", (Processor) exchange -> {});
    write("helped", helped);

    await().atMost(LIMIT).until(() -> files.runningText("helped").equals(helped));
    kit.append("helped");
    await().atMost(LIMIT).until(() -> kit.isSettled("helped"));
    Files.delete(file("helped"));
  }

  @Test
  void files_with_equal_sinks_do_not_end_each_other() throws Exception {
    write("one", text("one", receiver.url()));
    write("two", text("two", receiver.url()));
    kit.append("a");
    await().atMost(LIMIT).until(() -> kit.isSettled("one") && kit.isSettled("two"));
    Files.delete(file("one"));
    await().atMost(LIMIT).until(() -> files.runningText("one").isEmpty());
    kit.append("b");
    await().atMost(LIMIT).until(() -> kit.isSettled("two"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          does not parse       | id: steady              | id: [steady        | line 3: is not YAML
          other id             | id: steady              | id: other          | line 2: route id must be the file's name 'steady' (got 'other')
          no source            | kamelet:stream-source   | timer:tick         | line 6: a webhook must begin with kamelet:stream-source (got 'timer:tick')
          no stream            | stream: orders          | # none             | line 6: kamelet:stream-source must have parameter 'stream'
          misspelt parameter   | stream: orders          | streem: orders     | line 8: kamelet:stream-source has no parameter 'streem'; it has stream, consumer
          bad consumer         | consumer: steady        | consumer: a b      | line 9: consumer Can only contain
          consumer of another  | consumer: steady        | consumer: busy     | line 9: consumer 'busy' is that of webhook file 'busy'
          group of the API     | consumer: steady        | consumer: webhook.x | line 9: consumer must not begin with webhook.
          batch out of range   | batch_size: 3           | batch_size: 1001   | line 10: batch_size must be between 1 and 1000 (got '1001')
          inside address       | url: http://127.0.0.1   | url: http://10.0.0.1 | line 16: url must not be at a private address
          bad secret           | secret: whsec_          | secret: sec_       | line 17: secret must be whsec_
          bad old secret       | previous_secret: whsec_ | previous_secret: x | line 18: previous_secret must be whsec_
          bad headers          | headers: '{}'           | headers: '{a'      | line 19: headers must be one JSON object of texts
          bad delays           | batch_size: 3           | retry_delays_ms: 1;2 | line 10: retry_delays_ms must be at most 100 whole numbers
          absent variable      | secret: whsec_          | "secret: '{{env:NO_SUCH}}' #" | line 17: secret cannot be filled in
          leaves the route     | log: sending            | to: seda:later     | line 12: a message must be handled before its route ends, which acks it: take 'seda' out
          unknown step         | log: sending            | lug: sending       | lug
          unknown component    | log: sending            | to: nosuch:thing   | nosuch
          unknown bean         | log: sending            | bean: nosuch       | nosuch
          unknown kamelet      | kamelet:webhook-sink    | kamelet:webhook-sunk | webhook-sunk
          """)
  void bad_file_is_refused_with_its_line_and_the_version_before_goes_on(
      String rule, String good, String bad, String message) throws Exception {
    write("busy", text("busy", receiver.url()));
    var text = text("steady", receiver.url());
    write("steady", text);
    await().atMost(LIMIT).until(() -> text.equals(files.runningText("steady")));
    await().atMost(LIMIT).until(() -> !files.runningText("busy").isEmpty());
    await().atMost(LIMIT).until(() -> files.refusals().isEmpty());

    assertThat(text).contains(good);
    write("steady", text.replace(good, bad.replace("\"", "")));
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(files.refusals().getOrDefault("steady", "")).contains(message));
    assertThat(files.refusals().get("steady"))
        .startsWith("webhook file '" + file("steady") + "': ")
        .doesNotContain("AAECAwQF");

    kit.append("more");
    await().atMost(LIMIT).until(() -> kit.isSettled("steady"));
    assertThat(files.runningText("steady")).isEqualTo(text);
  }

  @Test
  void folder_that_is_gone_ends_no_webhook() throws Exception {
    var text = text("kept", receiver.url());
    write("kept", text);
    await().atMost(LIMIT).until(() -> text.equals(files.runningText("kept")));
    var elsewhere = folder.resolveSibling("elsewhere");

    Files.move(folder, elsewhere);
    await()
        .atMost(LIMIT)
        .until(() -> files.refusals().getOrDefault("kept", "").contains("the folder is gone"));
    kit.append("while it is gone");
    await().atMost(LIMIT).until(() -> kit.isSettled("kept"));

    Files.move(elsewhere, folder);
    await().atMost(LIMIT).until(() -> !files.refusals().containsKey("kept"));
    assertThat(files.runningText("kept")).isEqualTo(text);
  }

  private Path file(String name) {
    return folder.resolve(name + ".camel.yaml");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(file(name), text);
  }

  private static String text(String name, String url) {
    return TEXT.replace("SECRET", SECRET).replace("URL", url).replace("NAME", name);
  }

  private static LongStream seqs(TestReceiver receiver) {
    return receiver.requests().stream()
        .map(TestReceiver.Request::seqs)
        .flatMap(List::stream)
        .mapToLong(Long::longValue);
  }
}
