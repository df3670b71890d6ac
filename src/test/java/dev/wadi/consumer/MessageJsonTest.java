package dev.wadi.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.stream.EventKey;
import dev.wadi.stream.StreamEvent;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageJsonTest {

  private static final UUID DATABASE = UUID.fromString("0196fb4e-0000-7000-8000-000000000001");

  @Test
  void message_holds_record_and_changes_as_they_are_stored() {
    var event =
        new StreamEvent(
            42,
            DATABASE,
            16384,
            "public",
            "regions",
            "a\"\n,☕",
            "{\"price\": 1.10}",
            null,
            "insert",
            1_730_131_072_000_001L,
            "0/16B3748",
            3,
            null,
            new EventKey(DATABASE, 16384, "a"));
    assertThat(MessageJson.data("billing", new Message("id", event, 2)))
        .isEqualTo(
            "{\"record\":{\"price\": 1.10},\"changes\":null,\"action\":\"insert\",\"metadata\":{"
                + "\"seq\":42,\"table_schema\":\"public\",\"table_name\":\"regions\","
                + "\"record_pk\":\"a\\\"\\n,☕\",\"committed_at\":\"2024-10-28T15:57:52.000001Z\","
                + "\"idempotency_key\":\"0-16B3748-3-1730131072000001\",\"deliver_count\":2,"
                + "\"consumer\":{\"name\":\"billing\"},\"transaction_annotations\":null}}");
  }
}
