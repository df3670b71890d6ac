package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The partition of an event table that holds the events committed on one day, in UTC.
 *
 * @param table the event table
 */
public record DayPartition(TableName table, LocalDate day) {

  private static final String CREATE = Sql.load("eventtable/create_partition");
  private static final String CREATE_DEFAULT = Sql.load("eventtable/create_default_partition");
  private static final String ATTACH = Sql.load("eventtable/attach_partition");
  private static final int MAX_NAME_BYTES = 63 - "_20260101".length();
  private static final int DAYS_AHEAD = 3;

  /** The name of a table leaves no room for those of its partitions. */
  public static final class NameTooLongException extends EventTableDdl.NameRefusedException {

    private NameTooLongException(String message) {
      super(message);
    }
  }

  /** Those that should be there today: from yesterday, for what is captured late, to days ahead. */
  static List<DayPartition> ahead(TableName table, LocalDate today) {
    return IntStream.rangeClosed(-1, DAYS_AHEAD)
        .mapToObj(days -> new DayPartition(table, today.plusDays(days)))
        .toList();
  }

  /**
   * @throws NameTooLongException if the names of partitions would not fit
   */
  static void requireRoomForName(TableName table) {
    int bytes = table.name().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_NAME_BYTES) {
      throw new NameTooLongException(
          "event table '%s': name must be at most %d bytes long if it is partitioned (got %d); choose a shorter one"
              .formatted(table, MAX_NAME_BYTES, bytes));
    }
  }

  /** The SQL that creates the partition for all days that have none. */
  static String createDefault(TableName table) {
    return statement(CREATE_DEFAULT, table, "default");
  }

  /** The SQL that creates it; locks out appends meanwhile. */
  String create() {
    return bounded(CREATE);
  }

  /** The SQL that creates it beside appends. */
  String attach() {
    return bounded(ATTACH);
  }

  Instant begins() {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  Instant ends() {
    return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private String bounded(String sql) {
    var withBounds =
        sql.replace("{from}", day + " 00:00:00+00")
            .replace("{to}", day.plusDays(1) + " 00:00:00+00");
    return statement(withBounds, table, day.format(DateTimeFormatter.BASIC_ISO_DATE));
  }

  private static String statement(String sql, TableName table, String suffix) {
    var partition = new TableName(table.schema(), table.name() + "_" + suffix);
    return Sql.forPartition(sql, table, partition);
  }
}
