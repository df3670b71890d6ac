package dev.wadi.capture;

import dev.wadi.postgres.PostgresTypes;
import dev.wadi.postgres.Publication;
import dev.wadi.postgres.SourceTableCheck;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Whether and how well the changes of tables can be captured; changes nothing. */
public final class TableCheck {

  private static final String CHECK = Sql.load("capture/check_table");

  /** A partition takes the key from its root, but not its replica identity. */
  private static final String REFUSED_IN_NEW_PARTITIONS =
      ", and Postgres refuses updates and deletes in each partition that is added until it has replica identity full";

  private static final String MAY_READ = Sql.load("capture/may_read_table");

  private final DataSource source;
  private final String publication;
  private final PostgresTypes types;

  public TableCheck(DataSource source, String publication) {
    this.source = source;
    this.publication = publication;
    this.types = new PostgresTypes(source);
  }

  /** Everything that is not as it could be, table by table; empty if all is well. */
  public List<Finding> findings(Collection<TableName> tables) throws SQLException {
    var findings = new ArrayList<Finding>();
    try (var connection = source.getConnection()) {
      for (var table : tables) {
        check(connection, table, findings);
      }
    }
    return findings;
  }

  /** What a backfill of tables lacks; capture itself reads no table. */
  public List<Finding> unreadable(Collection<TableName> tables) throws SQLException {
    var findings = new ArrayList<Finding>();
    try (var connection = source.getConnection()) {
      var role = TableName.quote(connection.getMetaData().getUserName());
      for (var table : tables) {
        if (!mayRead(connection, table)) {
          findings.add(
              Finding.warning(
                  "table %1$s: its backfill needs to read it; as its owner run: grant usage on schema %2$s to %4$s; grant select on %3$s to %4$s;"
                      .formatted(table, TableName.quote(table.schema()), table.quoted(), role)));
        }
      }
    }
    return findings;
  }

  private static boolean mayRead(Connection connection, TableName table) throws SQLException {
    var parameters = Map.of("schema", table.schema(), "name", table.name());
    try (var query = Sql.prepare(connection, MAY_READ, parameters);
        var row = query.executeQuery()) {
      boolean isThere = row.next();
      return !isThere || row.getBoolean("may_read");
    }
  }

  private void check(Connection connection, TableName table, List<Finding> findings)
      throws SQLException {
    var problem = SourceTableCheck.problem(connection, table);
    if (!problem.isEmpty()) {
      findings.add(Finding.error("table " + table + ": cannot be captured: " + problem));
      return;
    }
    var parameters =
        Map.of("schema", table.schema(), "name", table.name(), "publication", publication);
    try (var check = Sql.prepare(connection, CHECK, parameters);
        var row = check.executeQuery()) {
      if (row.next()) {
        checkPublished(table, row, findings);
        checkIdentity(table, row, findings);
        checkColumns(table, row, findings);
      }
    }
  }

  private void checkPublished(TableName table, ResultSet row, List<Finding> findings)
      throws SQLException {
    boolean canBePublished = row.getBoolean("published") || row.getBoolean("may_publish");
    if (!canBePublished) {
      findings.add(
          Finding.error(
              "table %s: is not published and this role does not own it and the publication; as their owner run: %s;"
                  .formatted(table, Publication.addition(publication, table))));
    }
    if (row.getBoolean("published_in_part")) {
      findings.add(
          Finding.warning(
              "table %s: is published with a list of columns or a row filter, so records and events are missing what those leave out; run: alter publication %s drop table %s; and let Wadi add it"
                  .formatted(table, TableName.quote(publication), table.quoted())));
    }
  }

  private static void checkIdentity(TableName table, ResultSet row, List<Finding> findings)
      throws SQLException {
    var partitions = List.of((String[]) row.getArray("partitions_without_old_rows").getArray());
    boolean wholeOldRows =
        row.getBoolean("partitioned")
            ? partitions.isEmpty()
            : row.getString("identity").equals("f");
    if (!wholeOldRows) {
      findings.add(
          Finding.warning(
              "table %s: old values are not known, so changes is null and a delete's record holds only the key; run: %s"
                  .formatted(table, fullIdentity(table, partitions))));
    }
    if (!row.getBoolean("has_key")) {
      findings.add(
          Finding.warning(
              "table %s: has no primary key, so record_pk does not tell its rows apart%s; run: alter table %s add primary key (...);"
                  .formatted(
                      table,
                      row.getBoolean("partitioned") ? REFUSED_IN_NEW_PARTITIONS : "",
                      table.quoted())));
    }
  }

  /**
   * What to run for whole old rows.
   *
   * @param partitions those that do not have them, as SQL names them: setting a partitioned table
   *     does not reach its partitions
   */
  public static String fullIdentity(TableName table, List<String> partitions) {
    if (partitions.isEmpty()) {
      return "alter table " + table.quoted() + " replica identity full;";
    }
    return "alter table "
        + String.join(" replica identity full; alter table ", partitions)
        + " replica identity full;";
  }

  private void checkColumns(TableName table, ResultSet row, List<Finding> findings)
      throws SQLException {
    for (var column : (String[]) row.getArray("generated_columns").getArray()) {
      findings.add(
          Finding.warning(
              "table %s: column '%s' is generated and not sent by Postgres, so it is absent from records; compute it in the pipeline or where events are read"
                  .formatted(table, column)));
    }
    var columns = (String[]) row.getArray("columns").getArray();
    var columnTypes = (Long[]) row.getArray("column_types").getArray();
    for (int i = 0; i < columns.length; i++) {
      var name = columns[i];
      types
          .find(columnTypes[i])
          .flatMap(Inexactness::of)
          .ifPresent(
              reason ->
                  findings.add(
                      Finding.warning(
                          "table %s: column '%s' is not exact: %s"
                              .formatted(table, name, reason))));
    }
  }
}
