package dev.wadi.eventtable;

import dev.wadi.postgres.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A partition of an event table, as it is there.
 *
 * @param begins start of its days; null if it has no such bound
 * @param ends end of its days; null if it has no such bound, as the default partition
 */
record Partition(
    long oid, TableName name, @Nullable Instant begins, @Nullable Instant ends, long bytes) {

  static Partition of(ResultSet row) throws SQLException {
    return new Partition(
        row.getLong("oid"),
        new TableName(row.getString("schema"), row.getString("name")),
        instant(row, "begins"),
        instant(row, "ends"),
        row.getLong("bytes"));
  }

  boolean isDefault() {
    return begins == null && ends == null;
  }

  boolean overlaps(DayPartition day) {
    boolean beginsBefore = begins == null || begins.isBefore(day.ends());
    boolean endsAfter = ends == null || ends.isAfter(day.begins());
    return !isDefault() && beginsBefore && endsAfter;
  }

  boolean endsBy(Instant time) {
    return ends != null && !ends.isAfter(time);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
