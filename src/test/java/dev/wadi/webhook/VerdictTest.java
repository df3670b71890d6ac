package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.consumer.Message;
import dev.wadi.stream.EventKey;
import dev.wadi.stream.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {

  private static final List<Message> SENT = List.of(message(1), message(2));
  private static final String LISTED = "{\"batchItemFailures\":[{\"itemIdentifier\":\"2\"}]";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ok",
        "<html>fine</html>",
        "{\"data\":[]",
        "{\"batchItemFailures\":[]}",
        "{\"batchItemFailures\":null}",
        "{\"echo\":{\"batchItemFailures\":[{\"itemIdentifier\":\"2\"}]}}"
      })
  void reply_that_lists_no_failures_settles_all(String body) {
    assertThat(verdict(body).failed()).isEmpty();
  }

  @Test
  void only_what_is_listed_has_failed() {
    assertThat(verdict(LISTED + "}").failed()).isEqualTo(Set.of(2L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LISTED,
        LISTED + ",,}",
        "{\"batchItemFailures\":\"2\"}",
        "{\"batchItemFailures\":{\"itemIdentifier\":\"2\"}}",
        "{\"batchItemFailures\":[\"2\"]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"77\"}]}"
      })
  void list_of_failures_that_cannot_be_read_settles_nothing(String body) {
    assertThat(verdict(body).failed()).isEqualTo(Set.of(1L, 2L));
    assertThat(verdict(body).reason()).endsWith("so all are sent again");
  }

  @Test
  void list_of_failures_that_was_cut_settles_nothing_and_other_long_replies_settle_all() {
    var rest = " ".repeat(BoundedExchange.MAX_REPLY_BYTES);
    var cut = (LISTED + rest).substring(0, BoundedExchange.MAX_REPLY_BYTES);
    assertThat(verdict(cut).failed()).isEqualTo(Set.of(1L, 2L));
    assertThat(verdict(cut).reason())
        .isEqualTo(
            "a reply with batchItemFailures must be shorter than 16 KiB, so all are sent again");
    assertThat(verdict(rest).failed()).isEmpty();
  }

  private static Verdict verdict(String body) {
    var reply = new Reply(200, body.getBytes(StandardCharsets.UTF_8), null, null);
    return Verdict.of(reply, SENT, Instant.EPOCH);
  }

  private static Message message(long seq) {
    var event =
        new StreamEvent(
            seq,
            new UUID(0, 1),
            1,
            "public",
            "orders",
            "k" + seq,
            "{}",
            null,
            "insert",
            seq,
            "0/1",
            0,
            null,
            new EventKey(new UUID(0, 1), 1, "k" + seq));
    return new Message("ack-" + seq, event, 1);
  }
}
