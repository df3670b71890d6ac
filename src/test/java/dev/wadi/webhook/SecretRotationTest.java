package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.consumer.ConsumerGroups;
import dev.wadi.consumer.EventFilters;
import dev.wadi.consumer.StartPosition;
import dev.wadi.eventtable.EventTables;
import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import dev.wadi.stream.Stream;
import dev.wadi.stream.Streams;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** After a rotation of the key, the key before is needed no more. */
class SecretRotationTest {

  private static final TableName EVENTS = new TableName("public", "events");

  private final EmbeddedDatabase database = EmbeddedDatabase.create();

  @BeforeEach
  void prepare() throws SQLException {
    new WadiSchema(database.dataSource()).migrate();
    Capture.createEventTable(database, EVENTS.toString());
    new EventTables(database.dataSource()).register(EVENTS);
    new Streams(database.dataSource()).create(new Stream("orders", EVENTS));
  }

  @Test
  void everything_is_encrypted_with_the_current_key() throws SQLException {
    var first = SigningSecret.random();
    var second = SigningSecret.random();
    create(with(1), "rotated", first);
    with(1).rotate(with(1).find("rotated").orElseThrow(), second);
    var until = with(1).find("rotated").orElseThrow().previousSecretUntil();
    create(with(1), "plain", SigningSecret.random());

    assertThat(rotation(2, 1).run()).isEqualTo(2);

    var rotated = with(2).find("rotated").orElseThrow();
    assertThat(rotated.secret().text()).isEqualTo(second.text());
    assertThat(rotated.previousSecret().text()).isEqualTo(first.text());
    assertThat(rotated.previousSecretUntil()).isEqualTo(until);
    assertThat(rotated.definition().headers().values()).containsEntry("X-Key", "canary");
    assertThat(with(2).list()).hasSize(2);
    assertThat(with(1).list()).isEmpty();
    assertThat(rotation(2).run()).isEqualTo(2);
  }

  @Test
  void nothing_is_changed_where_one_secret_cannot_be_read() throws SQLException {
    create(with(1), "known", SigningSecret.random());
    create(with(7), "unknown", SigningSecret.random());

    assertThatThrownBy(() -> rotation(2, 1).run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("webhook 'unknown': its headers: cannot be decrypted")
        .hasMessageContaining("wadi.secret-key.previous");

    assertThat(with(1).list()).extracting(Webhook::name).containsExactly("known");
  }

  private SecretRotation rotation(int key, int... previous) {
    return new SecretRotation(database.dataSource(), box(key, previous));
  }

  private Webhooks with(int key) {
    var groups =
        new ConsumerGroups(
            database.dataSource(), new Streams(database.dataSource()), EventFilters.NONE);
    return new Webhooks(database.dataSource(), groups, box(key));
  }

  private static SecretBox box(int key, int... previous) {
    Supplier<byte[]> before = () -> key(previous[0]);
    return new SecretBox(() -> key(key), previous.length == 0 ? List.of() : List.of(before));
  }

  private static byte[] key(int first) {
    var key = new byte[SecretKeySource.KEY_BYTES];
    key[0] = (byte) first;
    return key;
  }

  private static void create(Webhooks webhooks, String name, SigningSecret secret)
      throws SQLException {
    var definition =
        new WebhookDefinition(
            name,
            "orders",
            "https://example.com/",
            new ReceiverHeaders(Map.of("X-Key", "canary")),
            1,
            5_000,
            5,
            null,
            null,
            StartPosition.BEGINNING,
            new RetrySchedule(List.of(20L)),
            Format.STANDARD);
    webhooks.create(definition, secret);
  }
}
