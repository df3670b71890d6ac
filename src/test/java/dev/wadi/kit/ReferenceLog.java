package dev.wadi.kit;

import java.io.IOException;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyInputStream;

/**
 * What was written, noted by row triggers in the writers' own transactions: what event tables are
 * measured against.
 */
public final class ReferenceLog {

  /**
   * How an event table differs from the log.
   *
   * @param missing changes that have no event
   * @param surplus events beyond the changes that were made
   * @param misplaced events that are not where their row's history has them
   * @param gaps ids that are missing between the first and the last
   */
  public record Difference(long missing, long surplus, long misplaced, long gaps) {
    public static final Difference NONE = new Difference(0, 0, 0, 0);
  }

  private final Database database;

  private ReferenceLog(Database database) {
    this.database = database;
  }

  /** Creates the log. */
  public static ReferenceLog in(Database database) {
    database.execute(
        """
        create schema reference;
        create table reference.changes (
          place bigint generated always as identity,
          transaction_id bigint, source_table text, key text, action text, old jsonb, new jsonb
        );
        create function reference.note() returns trigger language plpgsql as $$
        begin
          insert into reference.changes (transaction_id, source_table, key, action, old, new)
          values (
            pg_current_xact_id()::text::bigint, tg_table_name,
            case tg_op when 'DELETE' then old.id else new.id end,
            lower(tg_op),
            case when tg_op <> 'INSERT' then to_jsonb(old) end,
            case when tg_op <> 'DELETE' then to_jsonb(new) end
          );
          return null;
        end
        $$;
        """);
    return new ReferenceLog(database);
  }

  /** Notes every change of a table with key {@code id} from now on. */
  public ReferenceLog follow(String table) {
    database.execute(
        """
        create trigger reference after insert or update or delete on %s
        for each row execute function reference.note();
        """
            .formatted(table));
    return this;
  }

  /** Changes noted so far. */
  public long size() {
    return database.number("select count(*) from reference.changes");
  }

  /** A copy of it in the database of the event tables, where it can be compared with them. */
  public ReferenceLog copiedTo(Database eventLog) throws SQLException, IOException {
    eventLog.execute(
        """
        create schema reference;
        create table reference.changes (
          place bigint, transaction_id bigint, source_table text, key text, action text, old jsonb, new jsonb
        );
        """);
    try (var from = database.connect();
        var to = eventLog.connect();
        var lines =
            new PGCopyInputStream(
                from.unwrap(PGConnection.class), "copy reference.changes to stdout")) {
      to.unwrap(PGConnection.class).getCopyAPI().copyIn("copy reference.changes from stdin", lines);
    }
    return new ReferenceLog(eventLog);
  }

  /** Compares an event table with the changes of one source table. */
  public Difference difference(String eventTable, String sourceTable) {
    var counts =
        database
            .rows(
                """
                with
                  made as materialized (
                    select transaction_id, action, key, old, new,
                      row_number() over (partition by key order by place) as turn
                    from reference.changes
                    where source_table = '%2$s'
                  ),
                  stored as materialized (
                    select transaction_id, action, record_pk as key,
                      case action when 'update' then record || changes when 'delete' then record end as old,
                      case when action <> 'delete' then record end as new,
                      row_number() over (partition by record_pk order by id) as turn
                    from %1$s
                  ),
                  missing as (
                    select transaction_id, action, key, old, new from made
                    except all
                    select transaction_id, action, key, old, new from stored
                  ),
                  surplus as (
                    select transaction_id, action, key, old, new from stored
                    except all
                    select transaction_id, action, key, old, new from made
                  ),
                  misplaced as (table stored except table made)
                select
                  (select count(*) from missing),
                  (select count(*) from surplus),
                  (select count(*) from misplaced),
                  (select coalesce(max(id) - min(id) + 1, 0) - count(*) from %1$s)
                """
                    .formatted(eventTable, sourceTable))
            .get(0)
            .split("\\|");
    return new Difference(
        Long.parseLong(counts[0]),
        Long.parseLong(counts[1]),
        Long.parseLong(counts[2]),
        Long.parseLong(counts[3]));
  }
}
