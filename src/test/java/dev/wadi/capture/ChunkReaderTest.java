package dev.wadi.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkReaderTest {

  @Test
  void rows_are_fetched_by_their_size_and_few_of_them_however_small_the_first_are() {
    assertThat(ChunkReader.fetchSize(3_000, 60_000)).isEqualTo(50);
    assertThat(ChunkReader.fetchSize(10, 4_194_304)).isEqualTo(10);
    assertThat(ChunkReader.fetchSize(1, 100_000_000)).isEqualTo(1);
  }
}
