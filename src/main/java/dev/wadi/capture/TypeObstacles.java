package dev.wadi.capture;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Types in a database that Debezium 3.4 stumbles over ({@code TypeRegistry}): it reads the labels
 * of every type of category enum, and it looks types up by name without schema.
 */
public final class TypeObstacles {

  /** A domain over an enum has the enum's category, but no labels of its own. */
  private static final String WITHOUT_LABELS =
      """
      select pg_catalog.format_type(t.oid, null)
        from pg_catalog.pg_type t
        join pg_catalog.pg_namespace n on n.oid = t.typnamespace
       where t.typcategory = 'E'
         and n.nspname <> 'pg_toast'
         and not exists (select from pg_catalog.pg_enum e where e.enumtypid = t.oid)
       order by 1
      """;

  /**
   * Types of one name over different bases, one of which Debezium parses: bool, bytea, the numbers,
   * oid, dates and times, interval, money and the geometric types.
   */
  private static final String AMBIGUOUS_NAMES =
      """
      with recursive layer as (
        select t.oid, t.typname, t.oid as root, t.typbasetype
          from pg_catalog.pg_type t
          join pg_catalog.pg_namespace n on n.oid = t.typnamespace
         where n.nspname not in ('pg_toast', 'information_schema')
        union all
        select l.oid, l.typname, b.oid, b.typbasetype
          from layer l
          join pg_catalog.pg_type b on b.oid = l.typbasetype
      )
      select typname, string_agg(pg_catalog.format_type(oid, null), ', ' order by oid)
        from layer
       where typbasetype = 0
       group by typname
      having count(distinct root) > 1
         and bool_or(root in (16, 17, 20, 21, 23, 26, 600, 601, 602, 603, 604, 628, 700, 701, 718,
                              790, 1082, 1114, 1184, 1186, 1266, 1700))
       order by 1
      """;

  private TypeObstacles() {}

  /** One sentence per obstacle, with what to do about it; empty if there are none. */
  public static List<String> find(Connection connection) throws SQLException {
    var obstacles = new ArrayList<String>();
    try (var statement = connection.createStatement()) {
      try (var row = statement.executeQuery(WITHOUT_LABELS)) {
        while (row.next()) {
          obstacles.add(
              "type %s: a domain over an enum, or an enum without labels, keeps capture from"
                      .formatted(row.getString(1))
                  + " starting, even if no captured table uses it; use the enum itself in its place");
        }
      }
      try (var row = statement.executeQuery(AMBIGUOUS_NAMES)) {
        while (row.next()) {
          obstacles.add(
              "types %s: one name in several schemas for values of different kinds stops capture"
                      .formatted(row.getString(2))
                  + " when a captured column has one of them; rename all but one of '%s'"
                      .formatted(row.getString(1)));
        }
      }
    }
    return obstacles;
  }
}
