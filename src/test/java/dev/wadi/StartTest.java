package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Capture does not begin without a pipeline whose changes it would pass by. */
@Tag("slow")
class StartTest {

  @TempDir private Path folder;

  @Test
  void capture_waits_for_a_file_that_cannot_be_loaded_and_loses_nothing() throws IOException {
    var database = EmbeddedDatabase.create();
    for (var table : new String[] {"good", "bad"}) {
      database.execute("create table " + table + " (id int primary key)");
      Capture.createEventTable(database, "public." + table + "_events");
    }
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline("good", "public.good", "public.good_events")
            .pipeline("bad", "public.bad", "public.bad_events");
    var environment = WadiEnvironment.of(database, routes);
    WadiInside.start(environment).awaitStreaming().close();
    var file = routes.folder().resolve("pipelines").resolve("bad.camel.yaml");
    var text = Files.readString(file);
    Files.writeString(file, text.replace("kamelet:event-table-sink", "kamelet:no-such-sink"));
    database.execute("insert into good values (1); insert into bad values (1)");

    try (var wadi = WadiInside.start(environment)) {
      var waiting = wadi.awaitWaiting();
      assertThat(waiting.body())
          .contains("bad.camel.yaml")
          .contains("a pipeline must end in kamelet:event-table-sink");
      database.execute("insert into good values (2); insert into bad values (2)");
      assertThat(database.rows("select * from good_events")).isEmpty();

      Files.writeString(file, text);

      wadi.awaitStreaming();
      Capture.awaitCaughtUp(database);
      assertThat(database.rows("select record_pk from good_events order by id"))
          .containsExactly("1", "2");
      assertThat(database.rows("select record_pk from bad_events order by id"))
          .containsExactly("1", "2");
    }
  }
}
