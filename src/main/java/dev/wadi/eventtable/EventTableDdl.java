package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
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
 */
public record EventTableDdl(TableName table, @Nullable Integer retentionDays) {

  private static final int MAX_RETENTION_DAYS = 36_500;
  private static final String CREATE = Sql.load("eventtable/create");

  public EventTableDdl {
    boolean outOfRange =
        retentionDays != null && (retentionDays < 1 || retentionDays > MAX_RETENTION_DAYS);
    if (outOfRange) {
      throw new IllegalArgumentException(
          "event table '%s': retention must be between 1 and %d days (got %d)"
              .formatted(table, MAX_RETENTION_DAYS, retentionDays));
    }
  }

  /** The statements, separated by semicolons. */
  public String statements() {
    return Sql.forTable(CREATE.replace("{comment}", comment()), table);
  }

  /** The statements as one transaction, to paste into psql. */
  public String script() {
    return "begin;\n\n" + statements() + "\n\ncommit;\n";
  }

  private String comment() {
    return retentionDays == null
        ? "wadi: event table"
        : "wadi: event table, retention " + retentionDays + " days";
  }
}
