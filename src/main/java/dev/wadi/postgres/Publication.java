package dev.wadi.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The set of tables whose changes Postgres sends. */
public final class Publication {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.capture");
  private static final String FIND = Sql.load("postgres/find_publication");
  private static final String TABLES = Sql.load("postgres/published_tables");
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private Publication() {}

  /**
   * Creates the publication if it is missing and adds the tables that are not in it; takes none
   * out.
   *
   * <p>A table that does not exist, or whose updates and deletes would fail once it is published,
   * is left out.
   *
   * @return the tables left out and why
   * @throws IllegalStateException if the role may not, with the SQL to run
   */
  public static Map<TableName, String> ensure(DataSource source, String name, Set<TableName> wanted)
      throws SQLException {
    var problems = new TreeMap<TableName, String>();
    try (var connection = source.getConnection()) {
      create(connection, name);
      var missing = new TreeSet<>(wanted);
      missing.removeAll(tables(connection, name));
      for (var table : missing) {
        var problem = SourceTableCheck.problem(connection, table);
        if (problem.isEmpty()) {
          add(connection, name, table);
        } else {
          problems.put(table, problem);
        }
      }
    }
    return problems;
  }

  /** The tables in a publication. */
  public static Set<TableName> tables(Connection connection, String name) throws SQLException {
    var tables = new LinkedHashSet<TableName>();
    try (var query = Sql.prepare(connection, TABLES, Map.of("publication", name));
        var row = query.executeQuery()) {
      while (row.next()) {
        tables.add(new TableName(row.getString("schema"), row.getString("name")));
      }
    }
    return tables;
  }

  private static void create(Connection connection, String name) throws SQLException {
    try (var query = Sql.prepare(connection, FIND, Map.of("publication", name));
        var row = query.executeQuery()) {
      if (row.next()) {
        return;
      }
    }
    run(
        connection,
        "publication '" + name + "'",
        "create publication "
            + TableName.quote(name)
            + " with (publish_via_partition_root = true)");
  }

  private static void add(Connection connection, String name, TableName table) throws SQLException {
    run(
        connection,
        "table '" + table + "'",
        "alter publication " + TableName.quote(name) + " add table " + table.quoted());
    LOG.info("table {}: captured from now on, publication={}", table, name);
  }

  private static void run(Connection connection, String subject, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw new IllegalStateException(
            subject
                + ": this role may not publish it ("
                + e.getMessage()
                + "); as its owner run: "
                + sql
                + ";",
            e);
      }
      throw e;
    }
  }
}
