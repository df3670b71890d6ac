package dev.wadi.kit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A database that a test talks to as its superuser. */
public class Database {

  private final DataSource dataSource;

  Database(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The database behind a JDBC URL. */
  public static Database at(String url, String user, String password) {
    var dataSource = new PGSimpleDataSource();
    dataSource.setUrl(url);
    dataSource.setUser(user);
    dataSource.setPassword(password);
    return new Database(dataSource);
  }

  /** Connections for whoever wants a pool's place filled. */
  public DataSource dataSource() {
    return dataSource;
  }

  /** A connection of its own. */
  public Connection connect() throws SQLException {
    return dataSource.getConnection();
  }

  /** The name of the database. */
  public String name() {
    return rows("select current_database()").get(0);
  }

  /** The JDBC URL, user included. */
  public String url() {
    try {
      return KeptConnections.use(dataSource, each -> each.getMetaData().getURL());
    } catch (SQLException e) {
      throw new IllegalStateException("no connection", e);
    }
  }

  /** Runs statements. */
  public void execute(String sql) {
    try {
      KeptConnections.use(dataSource, connection -> executed(connection, sql));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot run: " + sql, e);
    }
  }

  private static boolean executed(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      return statement.execute(sql);
    }
  }

  /** The rows of a query, the columns of a row joined by {@code |}, null as nothing. */
  public List<String> rows(String sql) {
    try {
      return KeptConnections.use(dataSource, connection -> rows(connection, sql));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot run: " + sql, e);
    }
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    var rows = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      while (result.next()) {
        var columns = new ArrayList<String>();
        for (int place = 1; place <= result.getMetaData().getColumnCount(); place++) {
          String text = result.getString(place);
          columns.add(text == null ? "" : text);
        }
        rows.add(String.join("|", columns));
      }
    }
    return rows;
  }

  /** The only value of a query. */
  public long number(String sql) {
    return Long.parseLong(rows(sql).get(0));
  }

  /** Whether a condition in SQL holds. */
  public boolean holds(String condition) {
    return rows("select coalesce((" + condition + "), false)").get(0).equals("t");
  }
}
