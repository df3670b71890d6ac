package dev.wadi.playground;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;

/** The database and its table {@code public.regions}, created once and then the user's. */
final class PlaygroundDatabase {

  private static final String UNFINISHED = "sequin_playground_unfinished";

  private PlaygroundDatabase() {}

  static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** Filled under another name and then renamed, so that a database of the name is complete. */
  static void createIfMissing(int port) throws IOException {
    try (var server = connect(port, "postgres")) {
      if (exists(server)) {
        return;
      }
      run(server, "drop_unfinished");
      run(server, "create_unfinished");
      try (var database = connect(port, UNFINISHED)) {
        database.setAutoCommit(false);
        run(database, "create_regions");
        database.commit();
      }
      run(server, "rename_finished");
    } catch (SQLException e) {
      throw new PlaygroundException("database was not created: " + e.getMessage(), e);
    }
  }

  private static Connection connect(int port, String database) throws SQLException {
    return DriverManager.getConnection(url(port, database), Cluster.USER, Cluster.PASSWORD);
  }

  private static boolean exists(Connection server) throws SQLException, IOException {
    try (var statement = server.createStatement();
        var rows = statement.executeQuery(sql("find"))) {
      return rows.next();
    }
  }

  private static void run(Connection connection, String name) throws SQLException, IOException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql(name));
    }
  }

  private static String sql(String name) throws IOException {
    var resource = "/sql/playground/" + name + ".sql";
    try (var stream = PlaygroundDatabase.class.getResourceAsStream(resource)) {
      var bytes = Objects.requireNonNull(stream, resource).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
