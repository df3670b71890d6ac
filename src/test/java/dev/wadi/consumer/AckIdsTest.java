package dev.wadi.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AckIdsTest {

  private static final byte[] KEY = new byte[32];

  private final AckIds ids = new AckIds(7, KEY);
  private final AckIds.Id id = new AckIds.Id(3, 1L << 40, 2);

  @Test
  void what_was_written_is_read() {
    assertThat(ids.read(ids.write(id))).isEqualTo(id);
    assertThat(ids.write(id)).matches("[A-Za-z0-9_-]{50}");
  }

  @Test
  void every_delivery_has_its_own() {
    assertThat(ids.write(new AckIds.Id(3, 1L << 40, 3))).isNotEqualTo(ids.write(id));
    assertThat(ids.write(new AckIds.Id(4, 1L << 40, 2))).isNotEqualTo(ids.write(id));
  }

  @Test
  void ids_of_others_and_of_nobody_are_unknown() {
    assertThat(new AckIds(8, KEY).read(ids.write(id))).isNull();
    assertThat(new AckIds(7, new byte[] {1}).read(ids.write(id))).isNull();
    for (var text : new String[] {"", "x", " ".repeat(50), "é".repeat(50), "A".repeat(50)}) {
      assertThat(ids.read(text)).isNull();
    }
  }

  @Test
  void id_with_any_character_changed_is_unknown() {
    var text = ids.write(id);
    for (int at = 0; at < text.length() - 1; at++) {
      char other = text.charAt(at) == 'A' ? 'B' : 'A';
      assertThat(ids.read(text.substring(0, at) + other + text.substring(at + 1))).isNull();
    }
  }
}
