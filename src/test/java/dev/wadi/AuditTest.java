package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.wadi.kit.ApiClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Who managed what is said in the log, and nothing else of it. */
class AuditTest {

  private static final Logger AUDIT = (Logger) LoggerFactory.getLogger("wadi.audit");

  private final WadiForApi wadi = WadiForApi.shared();
  private final ApiClient api = wadi.api();
  private final Lines lines = new Lines();

  @BeforeEach
  void listen() {
    AUDIT.setLevel(Level.INFO);
    lines.start();
    AUDIT.addAppender(lines);
  }

  @AfterEach
  void stop() {
    AUDIT.detachAppender(lines);
    AUDIT.setLevel(null);
  }

  @Test
  void an_action_is_told_with_who_what_and_outcome() {
    var group = wadi.consumed("").group();
    var who = wadi.name("ops-");
    var ops = api.with(token(who, "manage"));

    ops.post("/api/consumer_groups/" + group + "/pause", "");
    ops.post("/api/consumer_groups", "{\"name\": \"%s\", \"stream\": \"none\"}".formatted(group));
    ops.delete("/api/webhooks/nobody");

    lines.await(
        who,
        "audit: who=wadi.api.token operation=create-token subject=%s outcome=201".formatted(who),
        "audit: who=%s operation=pause-consumer-group subject=%s outcome=200".formatted(who, group),
        "audit: who=%s operation=create-consumer-group subject=%s outcome=422"
            .formatted(who, group),
        "audit: who=%s operation=delete-webhook subject=nobody outcome=404".formatted(who));
  }

  @Test
  void a_refused_action_is_told_too() {
    var who = wadi.name("reader-");
    var pipeline = wadi.name("none_");
    var reader = api.with(token(who, "read"));

    reader.delete("/api/pipelines/" + pipeline);
    api.with("guessed").delete("/api/pipelines/" + pipeline);

    lines.await(
        pipeline,
        "audit: who=%s operation=delete-pipeline subject=%s outcome=403".formatted(who, pipeline),
        "audit: who=- operation=delete-pipeline subject=%s outcome=401".formatted(pipeline));
  }

  @Test
  void the_name_of_the_token_in_the_settings_is_nobody_elses() {
    var refused = api.post("/api/tokens", "{\"name\": \"wadi.api.token\"}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body()).contains("is that of the token in the settings");
  }

  @Test
  void seeing_and_consuming_is_not_told() {
    var group = wadi.consumed("").group();

    api.get("/api/consumer_groups/" + group + "/receive");
    api.get("/api/consumer_groups/" + group);
    api.delete("/api/consumer_groups/" + group);

    lines.await(
        "subject=" + group,
        "audit: who=wadi.api.token operation=create-consumer-group subject=%s outcome=201"
            .formatted(group),
        "audit: who=wadi.api.token operation=delete-consumer-group subject=%s outcome=204"
            .formatted(group));
  }

  @Test
  void neither_bodies_nor_line_breaks_get_into_a_line() {
    var name = wadi.name("none_");

    api.post(
        "/api/streams", "{\"name\": \"%s\\naudit: who=x\", \"more\": \"secret\"}".formatted(name));
    api.delete("/api/streams/" + name + "%0Aaudit");

    lines.await(
        name,
        "audit: who=wadi.api.token operation=create-stream subject=%s?audit:?who?x outcome=422"
            .formatted(name),
        "audit: who=wadi.api.token operation=delete-stream subject=%s%%0Aaudit outcome=404"
            .formatted(name));
  }

  @Test
  void what_is_done_by_command_is_told_too() throws Exception {
    var name = wadi.name("by-command-");
    var settings = Settings.load(Path.of("target"), wadi.environment());

    var token = TokenCommand.create(settings, name, List.of("read"));
    Awaitility.await("the token is known")
        .until(() -> api.with(token).get("/api/streams").status() == 200);
    TokenCommand.revoke(settings, name);
    SecretsCommand.rotate(settings);

    assertThat(api.get("/api/tokens").body()).doesNotContain(name);
    lines.await(
        name,
        "audit: who=%s operation=create-token subject=%s outcome=done"
            .formatted(TokenCommand.whoRuns(), name),
        "audit: who=%s operation=revoke-token subject=%s outcome=done"
            .formatted(TokenCommand.whoRuns(), name));
    lines.await(
        "rotate-secrets",
        "audit: who=%s operation=rotate-secrets subject=webhooks outcome=done"
            .formatted(TokenCommand.whoRuns()));
  }

  private String token(String name, String scope) {
    var body = "{\"name\": \"%s\", \"scopes\": [\"%s\"]}".formatted(name, scope);
    return api.post("/api/tokens", body).text("/token");
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      told.add(event.getFormattedMessage());
    }

    /** Waits until exactly these tell of a thing, in any order. */
    void await(String thing, String... expected) {
      Awaitility.await("audit lines")
          .untilAsserted(
              () ->
                  assertThat(told)
                      .filteredOn(line -> line.contains(thing))
                      .containsExactlyInAnyOrder(expected));
    }
  }
}
