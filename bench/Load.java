import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * What the application does to its tables, before the backlog of it is drained.
 *
 * @param name as it begins the names of figures
 * @param tables the captured tables, schema-qualified
 * @param setUp statements that make them, and what {@code write} calls
 * @param changes how many changes {@code write} makes
 */
record Load(String name, List<String> tables, String setUp, int changes, Writing write) {

  private static final int ROWS_PER_TRANSACTION = 1_000;
  private static final int CLIENTS = 4;

  /** Writes the load. */
  interface Writing {
    void to(BenchDatabase database) throws Exception;
  }

  private static final String CREATE_TABLE =
      """
      create table %1$s (
        id serial primary key,
        name varchar,
        timezone text,
        inserted_at timestamp,
        updated_at timestamp
      );
      alter table %1$s replica identity full;
      """;

  /** Each transaction of inserts is followed by one that updates the same rows. */
  private static final String CREATE_BULK =
      """
      create procedure public.bench_bulk(pairs int, size int) language plpgsql as $$
      begin
        for pair in 0 .. pairs - 1 loop
          insert into public.bench_regions (name, timezone, inserted_at, updated_at)
          select 'region-' || pair || '-' || n, 'est', clock_timestamp(), clock_timestamp()
          from generate_series(1, size) as n;
          commit;
          update public.bench_regions set timezone = 'pst', updated_at = clock_timestamp()
          where id between pair * size + 1 and pair * size + size;
          commit;
        end loop;
      end
      $$
      """;

  /** Every row a transaction of its own: an insert, then its update. */
  private static final String CREATE_SINGLE =
      """
      create procedure public.bench_single(pairs int) language plpgsql as $$
      declare made int;
      begin
        for pair in 1 .. pairs loop
          insert into public.bench_regions (name, timezone, inserted_at, updated_at)
          values ('region-' || pair, 'est', clock_timestamp(), clock_timestamp())
          returning id into made;
          commit;
          update public.bench_regions set timezone = 'pst', updated_at = clock_timestamp() where id = made;
          commit;
        end loop;
      end
      $$
      """;

  private static final String CREATE_WIDE =
      """
      create table public.bench_wide (id serial primary key, payload text);
      alter table public.bench_wide replica identity full;
      alter table public.bench_wide alter payload set storage external
      """;

  /** The five-column table in transactions of 1,000 rows, half inserts and half updates. */
  static Load bulk(int changes) {
    int pairs = changes / 2 / ROWS_PER_TRANSACTION;
    return new Load(
        "bulk",
        List.of("public.bench_regions"),
        CREATE_TABLE.formatted("public.bench_regions") + CREATE_BULK,
        pairs * 2 * ROWS_PER_TRANSACTION,
        database ->
            write(database, "call public.bench_bulk(" + pairs + ", " + ROWS_PER_TRANSACTION + ")"));
  }

  /** The same table in transactions of one row, from four clients at once. */
  static Load single(int changes) {
    int pairs = changes / 2 / CLIENTS;
    return new Load(
        "single",
        List.of("public.bench_regions"),
        CREATE_TABLE.formatted("public.bench_regions") + CREATE_SINGLE,
        pairs * 2 * CLIENTS,
        database -> inParallel(database, "call public.bench_single(" + pairs + ")"));
  }

  /**
   * Inserts of rows with so many bytes of text that does not compress, stored out of line if long.
   */
  static Load wide(int bytes, int changes) {
    int words = Math.max(1, bytes / 32);
    return new Load(
        "width_" + bytes,
        List.of("public.bench_wide"),
        CREATE_WIDE,
        changes,
        database ->
            write(
                database,
                "insert into public.bench_wide (payload) select (select string_agg(md5(n::text || '/' || word), '')"
                    + " from generate_series(1, %d) as word) from generate_series(1, %d) as n"
                        .formatted(words, changes)));
  }

  /**
   * The bulk load spread evenly over so many tables, one transaction of 1,000 rows after the other.
   */
  static Load spread(int count, int changes) {
    var tables = new ArrayList<String>();
    var setUp = new StringBuilder();
    for (int n = 1; n <= count; n++) {
      var table = "public.bench_regions_" + n;
      tables.add(table);
      setUp.append(CREATE_TABLE.formatted(table));
    }
    int transactions = changes / ROWS_PER_TRANSACTION;
    return new Load(
        "tables_" + count,
        tables,
        setUp.toString(),
        transactions * ROWS_PER_TRANSACTION,
        database -> {
          for (int n = 0; n < transactions; n++) {
            write(database, insertInto(tables.get(n % count)));
          }
        });
  }

  private static String insertInto(String table) {
    return "insert into %s (name, timezone, inserted_at, updated_at)".formatted(table)
        + " select 'region-' || n, 'est', clock_timestamp(), clock_timestamp() from generate_series(1, "
        + ROWS_PER_TRANSACTION
        + ") as n";
  }

  private static void write(BenchDatabase database, String statement) throws SQLException {
    try (var connection = database.connect()) {
      write(connection, statement);
    }
  }

  private static Void write(Connection connection, String statement) throws SQLException {
    BenchDatabase.execute(connection, "set synchronous_commit = off");
    BenchDatabase.execute(connection, statement);
    return null;
  }

  private static void inParallel(BenchDatabase database, String statement) throws Exception {
    var clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      var works = new ArrayList<Callable<Void>>();
      for (int client = 0; client < CLIENTS; client++) {
        works.add(
            () -> {
              try (var connection = database.connect()) {
                return write(connection, statement);
              }
            });
      }
      for (var done : clients.invokeAll(works)) {
        done.get();
      }
    } finally {
      clients.shutdownNow();
    }
  }
}
