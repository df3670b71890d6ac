import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.postgres.TableName;
import java.sql.Connection;

/**
 * What can be had without Wadi: a second database that subscribes to the first, and a trigger there
 * that writes a row of JSON for each change. It is spared what Wadi does besides: comparing old and
 * new columns, the fence, replays, positions.
 */
final class Rival {

  static final String SLOT = "rival";

  private static final String DATABASE = "rival";

  /** Identities are made up, since a trigger does not learn LSNs; they only have to be unique. */
  private static final String SET_UP =
      """
      create table public.bench_regions (
        id serial primary key, name varchar, timezone text, inserted_at timestamp, updated_at timestamp
      );
      create sequence public.bench_ids;
      create function public.keep() returns trigger language plpgsql as $$
      declare next bigint := nextval('public.bench_ids');
      begin
        insert into public.bench_events (
          id, source_database_id, source_table_oid, source_table_schema, source_table_name, record_pk, record, changes,
          action, committed_at, source_lsn, source_lsn_ordinal, transaction_id
        ) values (
          next, '00000000-0000-0000-0000-000000000000', tg_relid, tg_table_schema, tg_table_name, new.id::text,
          to_jsonb(new), case tg_op when 'UPDATE' then to_jsonb(old) end, lower(tg_op), now(), pg_lsn '0/0' + next, 0, 0
        );
        return null;
      end
      $$;
      create trigger keep after insert or update on public.bench_regions for each row execute function public.keep();
      alter table public.bench_regions enable replica trigger keep
      """;

  private final BenchDatabase database;

  Rival(BenchDatabase database) {
    this.database = database;
  }

  /** Rows per second from the first event to the last. */
  double drain(long changes) throws Exception {
    Report.note("draining with a subscription and a trigger");
    database.execute("create database " + DATABASE);
    try (var subscriber = database.connect(DATABASE)) {
      BenchDatabase.execute(
          subscriber, new EventTableDdl(TableName.parse(Drain.EVENT_TABLE), null).statements());
      BenchDatabase.execute(subscriber, SET_UP);
      BenchDatabase.execute(
          subscriber,
          "create subscription rival connection 'host=127.0.0.1 port=%d dbname=%s user=%s password=%s'"
                  .formatted(database.server().port(), "sequin_playground", "postgres", "postgres")
              + " publication wadi with (create_slot = false, copy_data = false, slot_name = '"
              + SLOT
              + "')");
      try {
        return rate(subscriber, changes);
      } finally {
        // It would wait for a slot of the server that it runs on.
        BenchDatabase.execute(subscriber, "alter subscription rival disable");
        BenchDatabase.execute(subscriber, "alter subscription rival set (slot_name = none)");
        BenchDatabase.execute(subscriber, "drop subscription rival");
      }
    }
  }

  private static double rate(Connection subscriber, long changes) throws Exception {
    long first = await(subscriber, 1);
    long start = System.nanoTime();
    await(subscriber, changes);
    return (changes - first) / ((System.nanoTime() - start) / 1e9);
  }

  private static long await(Connection subscriber, long wanted) throws Exception {
    var made = "select case when is_called then last_value else 0 end from public.bench_ids";
    long now = Long.parseLong(BenchDatabase.text(subscriber, made));
    while (now < wanted) {
      Thread.sleep(20);
      now = Long.parseLong(BenchDatabase.text(subscriber, made));
    }
    return now;
  }
}
