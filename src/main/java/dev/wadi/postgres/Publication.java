package dev.wadi.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;

/** The set of tables whose changes Postgres sends. */
public final class Publication {

  private static final String FIND = Sql.load("postgres/find_publication");
  private static final String TABLES = Sql.load("postgres/published_tables");
  private static final String REFUSING = Sql.load("postgres/partitions_without_identity");
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  /** Capture waits meanwhile; a vacuum that is in the way ends itself after a second. */
  private static final String LOCK_BRIEFLY = "set local lock_timeout = '1500ms'";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private Publication() {}

  /**
   * What became of the tables that were wanted.
   *
   * @param added those that are in the publication only now
   * @param problems those that are not in it, and why
   * @param refusing partitions, as SQL names them, of which Postgres refuses updates and deletes:
   *     they were added without a replica identity after their root was published
   */
  public record Outcome(
      Set<TableName> added,
      Map<TableName, String> problems,
      Map<TableName, List<String>> refusing) {}

  /**
   * Creates the publication if it is missing and adds the tables that are not in it; takes none
   * out.
   *
   * <p>A table that does not exist, or whose updates and deletes would fail once it is published,
   * is left out.
   *
   * @throws IllegalStateException if the role may not create it, with the SQL to run
   */
  public static Outcome ensure(DataSource source, String name, Set<TableName> wanted)
      throws SQLException {
    var outcome = new Outcome(new TreeSet<>(), new TreeMap<>(), new TreeMap<>());
    try (var connection = source.getConnection()) {
      create(connection, name);
      var missing = new TreeSet<>(wanted);
      missing.removeAll(tables(connection, name));
      for (var table : missing) {
        var problem = SourceTableCheck.problem(connection, table);
        if (problem.isEmpty()) {
          add(connection, name, table, outcome);
        } else {
          outcome.problems.put(table, problem);
        }
      }
      var published = new TreeSet<>(wanted);
      published.removeAll(outcome.problems.keySet());
      findRefusing(connection, published, outcome.refusing);
    }
    return outcome;
  }

  private static void findRefusing(
      Connection connection, Set<TableName> published, Map<TableName, List<String>> refusing)
      throws SQLException {
    var parameters =
        Map.of(
            "schemas", published.stream().map(TableName::schema).toArray(String[]::new),
            "names", published.stream().map(TableName::name).toArray(String[]::new));
    try (var query = Sql.prepare(connection, REFUSING, parameters);
        var row = query.executeQuery()) {
      while (row.next()) {
        var table = new TableName(row.getString("schema"), row.getString("name"));
        refusing.put(table, List.of((String[]) row.getArray("partitions").getArray()));
      }
    }
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

  /** Whether there is one of that name now. */
  public static boolean exists(DataSource source, String name) throws SQLException {
    try (var connection = source.getConnection()) {
      return exists(connection, name);
    }
  }

  private static boolean exists(Connection connection, String name) throws SQLException {
    try (var query = Sql.prepare(connection, FIND, Map.of("publication", name));
        var row = query.executeQuery()) {
      return row.next();
    }
  }

  private static void create(Connection connection, String name) throws SQLException {
    if (exists(connection, name)) {
      return;
    }
    var sql =
        "create publication " + TableName.quote(name) + " with (publish_via_partition_root = true)";
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw new IllegalStateException(
            "publication '"
                + name
                + "': this role may not create it ("
                + e.getMessage()
                + "); as an administrator run: "
                + sql
                + ";",
            e);
      }
      throw e;
    }
  }

  /** The statement that adds a table. */
  public static String addition(String name, TableName table) {
    return "alter publication " + TableName.quote(name) + " add table " + table.quoted();
  }

  /**
   * A table that this role may not publish, or that was dropped meanwhile, keeps no other one
   * waiting.
   */
  private static void add(Connection connection, String name, TableName table, Outcome outcome)
      throws SQLException {
    var sql = addition(name, table);
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute(LOCK_BRIEFLY);
      statement.execute(sql);
      connection.commit();
      outcome.added.add(table);
    } catch (SQLException e) {
      connection.rollback();
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        outcome.problems.put(
            table, "it cannot be published yet, another transaction has it locked; trying again");
        return;
      }
      boolean refused = String.valueOf(e.getSQLState()).matches("(42|55).*");
      if (!refused) {
        throw e;
      }
      outcome.problems.put(
          table, "it cannot be published (" + e.getMessage() + "); as its owner run: " + sql + ";");
    } finally {
      connection.setAutoCommit(true);
    }
  }
}
