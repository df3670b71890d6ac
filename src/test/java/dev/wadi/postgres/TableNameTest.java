package dev.wadi.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TableNameTest {

  @Test
  void name_that_a_person_gives_is_no_longer_than_postgres_takes() {
    assertThat(TableName.parse("ж".repeat(31)).name()).hasSize(31);
    for (var name :
        new String[] {"x".repeat(64), "public." + "ж".repeat(32), "x".repeat(64) + ".a"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TableName.parse(name))
          .withMessageContaining("name must be at most 63 bytes long (got 64)");
    }
  }

  @Test
  void name_of_a_catalog_may_be_longer_in_utf_8_and_is_read_as_it_was_written() {
    var table = new TableName("a.b", "ж".repeat(63));

    assertThat(TableName.read(table.toString())).isEqualTo(table);
  }
}
