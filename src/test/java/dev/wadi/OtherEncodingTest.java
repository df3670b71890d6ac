package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database whose names and texts are not UTF-8. */
@Tag("slow")
class OtherEncodingTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void table_is_captured_whose_name_is_longer_in_utf_8_than_postgres_takes() throws Exception {
    var database = EmbeddedDatabase.createEncoded("WIN1251");
    var name = "ж".repeat(63);
    database.execute(
        """
        create schema shop;
        create table shop.%1$s (id int primary key, note text);
        alter table shop.%1$s replica identity full;
        """
            .formatted(name));
    Capture.createEventTable(database, "public.shop_events");
    var routes = RouteFiles.copiedTo(folder).pipeline("shop", "shop.*", "public.shop_events");
    try (var wadi = RunningWadi.start(database, routes).awaitStreaming()) {
      await("the table is published")
          .atMost(LIMIT)
          .until(
              () ->
                  database.holds(
                      "exists (select from pg_publication_tables where schemaname = 'shop')"));

      database.execute("insert into shop.%s values (1, 'ёж')".formatted(name));

      Capture.awaitCaughtUp(database);
      assertThat(
              database.rows(
                  "select source_table_name, record_pk, record ->> 'note' from shop_events"))
          .containsExactly(name + "|1|ёж");
      assertThat(wadi.status("shop").warnings()).isEmpty();
    }
  }
}
