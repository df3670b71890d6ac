package dev.wadi.eventtable;

import static dev.wadi.eventtable.TestChange.NOW;
import static dev.wadi.eventtable.TestChange.at;
import static dev.wadi.eventtable.TestChange.insert;
import static dev.wadi.eventtable.TestChange.inserts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.Row;
import dev.wadi.change.SourceTable;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventTableAppendTest {

  private static final TableName EVENTS = new TableName("public", "My \"odd\". события");
  private static final String QUOTED = EVENTS.quoted();
  private static final String IDS = "select id from " + QUOTED + " order by id";

  private static EmbeddedDatabase database;
  private static CamelJdbc camel;

  private final EventTableAppend append = new EventTableAppend(EVENTS);

  @BeforeAll
  static void start() throws Exception {
    database = EmbeddedDatabase.create();
    new WadiSchema(database.dataSource()).migrate();
    camel = new CamelJdbc(database.dataSource());
  }

  @AfterAll
  static void stop() {
    camel.close();
  }

  @BeforeEach
  void createEventTable() throws Exception {
    database.execute("drop table if exists " + QUOTED);
    database.execute(
        "truncate wadi.event_tables, wadi.positions, wadi.quarantined_changes cascade");
    new EventTables(database.dataSource()).create(new EventTableDdl(EVENTS, null));
  }

  @Test
  void ids_are_dense_and_in_the_given_order() {
    var backward = new ArrayList<>(List.of(insert(5), insert(3), insert(4)));
    camel.append(append, backward);
    camel.append(append, List.of(insert(9), insert(8)));

    assertThat(database.rows("select id, seq, record_pk from " + QUOTED + " order by id"))
        .containsExactly("1|1|pk1005", "2|2|pk1003", "3|3|pk1004", "4|4|pk1009", "5|5|pk1008");
  }

  @Test
  void every_column_holds_what_the_change_says() {
    var change =
        new Change(
            new SourceTable(4_294_967_295L, "öffentlich", "a \"b\""),
            Action.UPDATE,
            "1,x\\,y",
            new Row("{\"a\": 1.10}"),
            new Row("{\"a\": null}"),
            List.of("big", "o\"d\\d, {x}", ""),
            -1,
            0x16_B374D848L,
            7,
            4_294_967_295L,
            "{\"user\": \"ann\"}");
    var plain = insert(1);
    var result = camel.append(append, List.of(change, plain));

    assertThat(result).isEqualTo(new Appended(2, 0, false, 2));
    assertThat(
            database.rows(
                "select source_database_id, source_table_oid, source_table_schema,"
                    + " source_table_name, record_pk, record, changes, action,"
                    + " committed_at at time zone 'UTC', inserted_at > now() - interval '1 hour',"
                    + " source_lsn, source_lsn_ordinal, transaction_id, transaction_annotations,"
                    + " unavailable, unavailable[2] from "
                    + QUOTED
                    + " where id = 1"))
        .containsExactly(
            CamelJdbc.SOURCE
                + "|4294967295|öffentlich|a \"b\"|1,x\\,y|{\"a\": 1.10}|{\"a\": null}|update"
                + "|1969-12-31 23:59:59.999999|t|16/B374D848|7|4294967295|{\"user\": \"ann\"}"
                + "|{big,\"o\\\"d\\\\d, {x}\",\"\"}|o\"d\\d, {x}");
    assertThat(
            database.rows(
                "select source_table_name from "
                    + QUOTED
                    + " where changes is null and unavailable is null"
                    + " and transaction_annotations is null"))
        .containsExactly("regions");
  }

  @Test
  void replay_is_dropped() {
    camel.append(append, inserts(1, 10));

    assertThat(camel.append(append, inserts(1, 10))).isEqualTo(new Appended(0, 10, false, 10));
    assertThat(database.rows(IDS)).hasSize(10);
  }

  @Test
  void part_that_is_new_is_appended_and_numbered_densely() {
    camel.append(append, List.of(insert(1), insert(3), insert(5)));

    var result = camel.append(append, inserts(1, 6));

    assertThat(result).isEqualTo(new Appended(3, 3, false, 6));
    assertThat(database.rows("select id, record_pk from " + QUOTED + " order by id"))
        .containsExactly("1|pk1001", "2|pk1003", "3|pk1005", "4|pk1002", "5|pk1004", "6|pk1006");
  }

  @Test
  void every_part_of_the_identity_counts() {
    camel.append(append, List.of(at(5, 1, NOW)));

    var others = List.of(at(4, 1, NOW), at(6, 1, NOW), at(5, 0, NOW), at(5, 2, NOW));
    var timelines = List.of(at(5, 1, NOW - 1), at(5, 1, NOW + 1), at(5, 1, NOW));
    assertThat(camel.append(append, others).appended()).isEqualTo(4);
    assertThat(camel.append(append, timelines)).isEqualTo(new Appended(2, 1, false, 7));
  }

  @Test
  void other_database_may_have_the_same_identity() {
    camel.append(append, inserts(1, 2));
    camel.run(append.sql(), append.parameters(inserts(1, 2), new UUID(0, 1), "other", null));

    assertThat(database.rows(IDS)).containsExactly("1", "2", "3", "4");
  }

  @Test
  void change_that_is_twice_in_a_batch_is_appended_once() {
    var result = camel.append(append, List.of(insert(1), insert(2), insert(1)));

    assertThat(result).isEqualTo(new Appended(2, 0, false, 2));
  }

  @Test
  void replay_below_the_latest_change_is_found_whatever_the_clock_said() {
    camel.append(append, List.of(at(100, 0, NOW + 1_000_000)));
    camel.append(append, List.of(at(200, 0, NOW)));

    var replay = List.of(at(100, 0, NOW + 1_000_000), at(200, 0, NOW), at(300, 0, NOW + 1));
    assertThat(camel.append(append, replay)).isEqualTo(new Appended(1, 2, false, 3));
  }

  @Test
  void empty_batch_appends_nothing_and_moves_the_position() {
    assertThat(camel.append(append, List.of(), 77L)).isEqualTo(new Appended(0, 0, false, 0));
    assertThat(database.rows("select slot, lsn from wadi.positions")).containsExactly("wadi|0/4D");
  }

  @Test
  void position_moves_forward_only() {
    camel.append(append, inserts(1, 1), 50L);
    camel.append(append, inserts(2, 2), 40L);
    camel.append(append, inserts(3, 3), null);
    assertThat(database.rows("select lsn from wadi.positions")).containsExactly("0/32");

    camel.append(append, inserts(1, 3), -1L);
    assertThat(database.rows("select lsn from wadi.positions"))
        .containsExactly("FFFFFFFF/FFFFFFFF");
  }

  @Test
  void nothing_is_stored_when_the_position_belongs_to_another_database() {
    camel.append(append, inserts(1, 1), 50L);
    var foreign = append.parameters(inserts(2, 2), new UUID(0, 1), "wadi", 60L);

    assertThatThrownBy(() -> camel.run(append.sql(), foreign))
        .rootCause()
        .hasMessageContaining("positions_pkey");
    assertThat(database.rows(IDS)).containsExactly("1");
  }

  @Test
  void microseconds_are_exact_at_the_ends_of_time() {
    long earliest = -210_866_803_200_000_000L;
    long[] times = {Long.MAX_VALUE, earliest, 253_402_300_799_999_999L, -1, 9_007_199_254_740_993L};
    for (int number = 0; number < times.length; number++) {
      camel.append(append, List.of(at(number, 0, times[number])));
    }

    assertThat(
            database.rows(
                "select to_char(committed_at at time zone 'UTC', 'YYYY-MM-DD BC HH24:MI:SS.US') from "
                    + QUOTED
                    + " order by id"))
        .containsExactly(
            "294247-01-10 AD 04:00:54.775807",
            "4714-11-24 BC 00:00:00.000000",
            "9999-12-31 AD 23:59:59.999999",
            "1969-12-31 AD 23:59:59.999999",
            "2255-06-05 AD 23:47:34.740993");
  }

  @Test
  void microseconds_do_not_depend_on_the_time_zone_of_the_session() {
    database.execute(
        "do $$ begin execute format('alter database %I set timezone = ''America/New_York''',"
            + " current_database()); end $$");
    try {
      camel.append(append, List.of(at(1, 0, 1_741_500_000_000_001L)));
    } finally {
      database.execute(
          "do $$ begin execute format('alter database %I reset timezone', current_database());"
              + " end $$");
    }
    assertThat(database.rows("select committed_at at time zone 'UTC' from " + QUOTED))
        .containsExactly("2025-03-09 06:00:00.000001");
  }

  @Test
  void lsn_is_unsigned() {
    camel.append(append, List.of(at(0, 0, 1), at(Long.MAX_VALUE, 0, 2)));
    camel.append(append, List.of(at(Long.MIN_VALUE, 0, 3), at(-1, 0, 4)));

    assertThat(database.rows("select source_lsn from " + QUOTED + " order by id"))
        .containsExactly("0/0", "7FFFFFFF/FFFFFFFF", "80000000/0", "FFFFFFFF/FFFFFFFF");
    assertThat(camel.append(append, List.of(at(-1, 0, 4))).dropped()).isEqualTo(1);
  }

  @Test
  void event_table_without_a_fence_row_is_reported() {
    database.execute("truncate wadi.event_tables cascade");

    assertThatThrownBy(() -> camel.append(append, inserts(1, 1), 5L))
        .hasMessageContaining("must be registered in wadi.event_tables");
    assertThat(database.rows(IDS)).isEmpty();
    assertThat(database.rows("select slot from wadi.positions")).isEmpty();
  }

  @Test
  void registering_again_goes_on_where_the_table_ends() throws Exception {
    camel.append(append, inserts(1, 3));
    database.execute("truncate wadi.event_tables cascade");
    new EventTables(database.dataSource()).register(EVENTS);

    assertThat(camel.append(append, inserts(2, 5))).isEqualTo(new Appended(2, 2, false, 5));
  }

  @Test
  void registering_mends_a_fence_row_that_is_behind_and_moves_none_back() throws Exception {
    camel.append(append, inserts(1, 3));
    String fence = "select last_id, latest_committed_at, latest_lsn from wadi.event_tables";
    var before = database.rows(fence);
    database.execute(
        "update wadi.event_tables set last_id = 1, latest_committed_at = '-infinity',"
            + " latest_lsn = '0/0'");
    new EventTables(database.dataSource()).register(EVENTS);
    assertThat(database.rows(fence)).isEqualTo(before);

    database.execute("truncate " + QUOTED);
    new EventTables(database.dataSource()).register(EVENTS);
    assertThat(database.rows(fence)).isEqualTo(before);
  }

  @Test
  void change_that_jsonb_cannot_hold_fails_the_whole_batch() {
    var bad =
        new Change(
            TestChange.REGIONS,
            Action.INSERT,
            "1",
            new Row("{\"a\": \"\\u0000\"}"),
            null,
            List.of(),
            NOW,
            1,
            0,
            1,
            null);

    assertThatThrownBy(() -> camel.append(append, List.of(insert(1), bad), 5L)).isNotNull();
    assertThat(database.rows(IDS)).isEmpty();
    assertThat(database.rows("select last_id from wadi.event_tables")).containsExactly("0");
  }

  @Test
  void four_thousand_rows_of_many_tables_are_appended_at_once() {
    var changes = new ArrayList<Change>();
    for (int number = 0; number < 4000; number++) {
      var change = insert(number);
      var source = new SourceTable(number % 300, "public", "t" + number % 300);
      changes.add(
          new Change(
              source,
              Action.INSERT,
              change.recordPk(),
              change.record(),
              null,
              List.of(),
              NOW,
              change.lsn(),
              0,
              1,
              null));
    }

    assertThat(camel.append(append, changes).lastId()).isEqualTo(4000);
    assertThat(
            database.rows(
                "select count(*), count(*) filter (where id = source_lsn - '0/3E7'"
                    + " and source_table_name = 't' || source_table_oid) from "
                    + QUOTED))
        .containsExactly("4000|4000");
  }

  @Test
  void statement_stays_prepared_whatever_is_in_the_event_tables_name() throws Exception {
    var odd = new TableName("public", "what? 'no' \"?\"");
    database.execute(new EventTableDdl(odd, null).statements());
    new EventTables(database.dataSource()).register(odd);
    var statement = new EventTableAppend(odd);
    try (var session = new DatabaseAddress(database.url(), "postgres", "").pool("one", 1);
        var one = new CamelJdbc(session)) {
      for (int n = 0; n < 20; n++) {
        one.append(statement, List.of(at(1_000 + n, 0, NOW + n)));
      }
      try (var connection = session.getConnection();
          var query = connection.createStatement();
          var row =
              query.executeQuery(
                  "select max(generic_plans + custom_plans) from pg_prepared_statements")) {
        row.next();
        assertThat(row.getLong(1)).isGreaterThan(10);
      }
    }
  }
}
