package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The SQL that creates an event table, for Wadi to run or a user to paste.
 *
 * <p>It needs nothing of Wadi's in the database: how long events are kept is written in the comment
 * on the table ({@code wadi: event table, retention 30 days}), from where {@link
 * EventTables#register} takes it.
 *
 * @param table the event table
 * @param retentionDays days that events are kept; null for ever
 * @param firstPartition today, for a table that is partitioned by day; null for one in one piece
 */
public record EventTableDdl(
    TableName table, @Nullable Integer retentionDays, @Nullable LocalDate firstPartition) {

  private static final int MAX_RETENTION_DAYS = 36_500;
  private static final String CREATE = Sql.load("eventtable/create");
  private static final Parts IN_ONE_PIECE = new Parts("primary key", "", "");
  private static final Parts BY_DAY =
      new Parts(
          "not null", ",\n  primary key (id, committed_at)", " partition by range (committed_at)");

  private record Parts(String idKey, String moreKeys, String partitioning) {}

  /** Wadi cannot write to a table of that name. */
  public static class NameRefusedException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    NameRefusedException(String message) {
      super(message);
    }
  }

  public EventTableDdl {
    if (Sql.holdsParameter(table)) {
      throw new NameRefusedException(
          "event table '"
              + table
              + "': name must not hold ':?' before a letter; choose another one");
    }
    boolean outOfRange =
        retentionDays != null && (retentionDays < 1 || retentionDays > MAX_RETENTION_DAYS);
    if (outOfRange) {
      throw new IllegalArgumentException(
          "event table '%s': retention must be between 1 and %d days (got %d)"
              .formatted(table, MAX_RETENTION_DAYS, retentionDays));
    }
    if (firstPartition != null) {
      DayPartition.requireRoomForName(table);
    }
  }

  /** The SQL of an event table in one piece. */
  public EventTableDdl(TableName table, @Nullable Integer retentionDays) {
    this(table, retentionDays, null);
  }

  /** The statements, separated by semicolons. */
  public String statements() {
    var parts = firstPartition == null ? IN_ONE_PIECE : BY_DAY;
    var create =
        CREATE
            .replace("{id_key}", parts.idKey)
            .replace("{more_keys}", parts.moreKeys)
            .replace("{partitioning}", parts.partitioning)
            .replace("{comment}", comment());
    return Sql.forTable(create, table) + partitions();
  }

  private String partitions() {
    if (firstPartition == null) {
      return "";
    }
    var statements = new StringBuilder("\n\n").append(DayPartition.createDefault(table));
    for (var partition : DayPartition.ahead(table, firstPartition)) {
      statements.append("\n\n").append(partition.create());
    }
    return statements.toString();
  }

  /** The statements as one transaction, to paste into psql. */
  public String script() {
    return "begin;\n\n" + statements() + "\n\ncommit;\n";
  }

  private String comment() {
    return "wadi: event table"
        + (firstPartition == null ? "" : ", partitioned by day")
        + (retentionDays == null ? "" : ", retention " + retentionDays + " days");
  }
}
