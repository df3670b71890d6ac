package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wadi.kit.Capture;
import dev.wadi.kit.Database;
import dev.wadi.kit.RestartablePostgres;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart, statement by statement, on a fresh playground and the shipped routes. */
class QuickstartTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** As in the quickstart, but each value on a line of its own. */
  private static final String NEWEST_EVENT =
      """
      select unnest(array[action, record_pk, record::text, coalesce(changes::text, 'null')])
      from (select action, record_pk, record, changes from sequin_events order by id desc limit 1) e
      """;

  private record Event(String action, String recordPk, JsonNode record, JsonNode changes) {}

  @TempDir private Path folder;

  @Test
  void the_quickstart_shows_insert_update_and_delete() throws Exception {
    try (var postgres = RestartablePostgres.start(folder)) {
      var database = postgres.database();
      Capture.createEventTable(database, "public.sequin_events");
      try (var wadi = WadiInside.start(environment(database))) {
        wadi.awaitStreaming();
        walk(database);
      }
    }
  }

  private static void walk(Database database) throws JsonProcessingException {
    database.execute(
        """
        insert into public.regions (name, timezone)
        values ('us-gov-west-1', 'pst');
        """);
    var inserted = awaitEvent(database, 1);
    assertThat(inserted.action).isEqualTo("insert");
    assertThat(inserted.recordPk).isEqualTo("6");
    assertThat(names(inserted.record))
        .containsExactlyInAnyOrder("id", "name", "timezone", "inserted_at", "updated_at");
    assertThat(inserted.record)
        .isEqualTo(json(database, "select to_jsonb(r) from regions r where id = 6"));
    assertThat(inserted.changes.isNull()).isTrue();

    database.execute(
        """
        update public.regions
        set timezone = 'mst'
        where name = 'us-gov-west-1';
        """);
    var updated = awaitEvent(database, 2);
    assertThat(updated.action).isEqualTo("update");
    assertThat(updated.recordPk).isEqualTo("6");
    assertThat(updated.record)
        .isEqualTo(json(database, "select to_jsonb(r) from regions r where id = 6"));
    assertThat(updated.record.get("timezone").asText()).isEqualTo("mst");
    assertThat(names(updated.changes)).containsExactly("timezone", "updated_at");
    assertThat(updated.changes.get("timezone").asText()).isEqualTo("pst");
    assertThat(updated.changes.get("updated_at")).isEqualTo(inserted.record.get("updated_at"));

    database.execute(
        """
        delete from public.regions
        where name = 'us-gov-west-1';
        """);
    var deleted = awaitEvent(database, 3);
    assertThat(deleted).isEqualTo(new Event("delete", "6", updated.record, JSON.nullNode()));
  }

  private static Event awaitEvent(Database database, int count) throws JsonProcessingException {
    await().until(() -> database.number("select count(*) from sequin_events") == count);
    var row = database.rows(NEWEST_EVENT);
    return new Event(row.get(0), row.get(1), JSON.readTree(row.get(2)), JSON.readTree(row.get(3)));
  }

  private static JsonNode json(Database database, String query) throws JsonProcessingException {
    return JSON.readTree(database.rows(query).get(0));
  }

  private static Set<String> names(JsonNode object) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Map<String, String> environment(Database database) {
    return WadiEnvironment.of(database, RouteFiles.shipped());
  }
}
