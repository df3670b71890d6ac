package dev.wadi.kit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A fresh database in one embedded Postgres that all tests of a run share. */
public final class EmbeddedDatabase {

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final DataSource dataSource;

  private EmbeddedDatabase(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Creates an empty database. */
  public static EmbeddedDatabase create() {
    String name = "test_" + COUNT.incrementAndGet();
    new EmbeddedDatabase(Server.POSTGRES.getPostgresDatabase()).execute("create database " + name);
    return new EmbeddedDatabase(Server.POSTGRES.getDatabase("postgres", name));
  }

  /** The database as its superuser sees it. */
  public DataSource dataSource() {
    return dataSource;
  }

  /** The database as another role sees it. */
  public DataSource dataSource(String role) throws SQLException {
    try (var connection = dataSource.getConnection()) {
      return Server.POSTGRES.getDatabase(role, connection.getCatalog());
    }
  }

  /** Runs statements. */
  public void execute(String sql) {
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot run: " + sql, e);
    }
  }

  /** The rows of a query, the columns of a row joined by {@code |}, null as nothing. */
  public List<String> rows(String sql) {
    var rows = new ArrayList<String>();
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      while (result.next()) {
        var columns = new ArrayList<String>();
        for (int place = 1; place <= result.getMetaData().getColumnCount(); place++) {
          String text = result.getString(place);
          columns.add(text == null ? "" : text);
        }
        rows.add(String.join("|", columns));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot run: " + sql, e);
    }
    return rows;
  }

  private static final class Server {
    private static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setServerConfig("wal_level", "logical")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
