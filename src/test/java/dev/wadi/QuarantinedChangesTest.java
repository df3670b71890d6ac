package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A change that a pipeline's step refuses is set aside; nothing waits for it and nothing is lost.
 */
class QuarantinedChangesTest {

  private static final String REFUSE_POISON =
      """
      - choice:
          when:
            - simple: "${body.record[note]} == 'poison'"
              steps:
                - throwException:
                    exceptionType: java.lang.IllegalArgumentException
                    message: poison is not welcome
      """;

  private static final String REFUSE_WITH_ITS_NOTE =
      """
      - throwException:
          exceptionType: java.lang.IllegalArgumentException
          message: "${body.record[note]}"
      """;

  @TempDir private Path folder;

  private final Database database = EmbeddedDatabase.create();
  private final Logger pipelineLog = (Logger) LoggerFactory.getLogger("wadi.pipeline");
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    pipelineLog.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    pipelineLog.detachAppender(logged);
  }

  @Test
  void a_refused_change_goes_to_quarantine_and_the_others_go_on() throws IOException {
    database.execute("create table public.notes (id int primary key, note text)");
    Capture.createEventTable(database, "public.note_events");
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline("picky", "public.notes", "public.note_events", REFUSE_POISON);
    try (var wadi = WadiInside.start(WadiEnvironment.of(database, routes))) {
      wadi.awaitStreaming();
      database.execute("insert into notes values (1, 'a'), (2, 'poison'), (3, 'b')");
      database.execute("insert into notes values (4, 'c')");
      Capture.awaitCaughtUp(database);

      assertThat(database.rows("select id, record_pk from note_events order by id"))
          .containsExactly("1|1", "2|3", "3|4");
      assertThat(
              database.rows(
                  "select pipeline, action, record_pk, record::jsonb ->> 'note', error from wadi.quarantined_changes"))
          .containsExactly("picky|insert|2|poison|poison is not welcome");
      assertThat(logged.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .contains(
              "pipeline picky: insert of public.notes key '2' put into wadi.quarantined_changes: poison is not welcome");
      assertThat(wadi.health().streaming()).isTrue();
    }
  }

  @Test
  void reason_without_text_and_key_beyond_the_index_are_no_obstacle() throws IOException {
    database.execute("create table public.notes (id int primary key, note json)");
    database.execute("create table public.blobs (key bytea primary key)");
    Capture.createEventTable(database, "public.events");
    var routes =
        RouteFiles.copiedTo(folder)
            .pipeline("mute", "public.notes", "public.events", REFUSE_WITH_ITS_NOTE)
            .pipeline("keys", "public.blobs", "public.events");
    try (var wadi = WadiInside.start(WadiEnvironment.of(database, routes))) {
      wadi.awaitStreaming();
      database.execute("insert into notes values (1, '\"\"'), (2, '\"nul \\u0000\"')");
      database.execute(
          "insert into blobs select decode(string_agg(md5(n::text), ''), 'hex') from generate_series(1, 160) n");
      database.execute("insert into blobs values ('small')");
      Capture.awaitCaughtUp(database);

      assertThat(database.rows("select record_pk from events")).containsExactly("\\\\x736d616c6c");
      assertThat(database.rows("select pipeline, error from wadi.quarantined_changes order by id"))
          .containsExactly(
              "mute|java.lang.IllegalArgumentException",
              "mute|nul \uFFFD",
              "keys|record_pk must be at most 2600 bytes long, for the event table's index (got 5123)");
    }
  }
}
