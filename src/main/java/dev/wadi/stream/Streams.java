package dev.wadi.stream;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** The streams of the event-log database. */
public final class Streams {

  private final DataSource database;

  public Streams(DataSource database) {
    this.database = database;
  }

  /**
   * Offers an event table for consuming.
   *
   * @throws ValidationException if the name or the table is taken, or Wadi does not know the table
   */
  public void create(Stream stream) throws SQLException {
    Stream.requireAddressable(stream.name());
    var parameters = Map.of("name", stream.name(), "event_table", stream.table().toString());
    try (var connection = database.getConnection()) {
      requireNoConflict(connection, parameters);
      try (var statement = Sql.prepare(connection, Sql.load("stream/create"), parameters)) {
        boolean created = statement.executeUpdate() == 1;
        if (!created) {
          throw ValidationException.of("name", "has already been taken");
        }
      }
    }
  }

  /** All streams, by name. */
  public List<Stream> list() throws SQLException {
    return read(Sql.load("stream/list"), Map.of());
  }

  /** The stream of that name, if there is one. */
  public Optional<Stream> find(String name) throws SQLException {
    return read(Sql.load("stream/find"), Map.of("name", name)).stream().findFirst();
  }

  /**
   * Deletes a stream; its event table stays.
   *
   * @return whether it was there
   * @throws ValidationException if a consumer group reads it
   */
  public boolean delete(String name) throws SQLException {
    try (var connection = database.getConnection();
        var statement = Sql.prepare(connection, Sql.load("stream/delete"), Map.of("name", name))) {
      boolean deleted = statement.executeUpdate() == 1;
      if (!deleted && find(name).isPresent()) {
        throw ValidationException.of("name", "Cannot delete stream that's used by consumers");
      }
      return deleted;
    }
  }

  private static void requireNoConflict(Connection connection, Map<String, String> parameters)
      throws SQLException {
    try (var statement = Sql.prepare(connection, Sql.load("stream/conflicts"), parameters);
        var row = statement.executeQuery()) {
      row.next();
      if (row.getBoolean("name_taken")) {
        throw ValidationException.of("name", "has already been taken");
      }
      if (row.getBoolean("table_taken")) {
        throw ValidationException.of("table", "has already been taken");
      }
      if (!row.getBoolean("table_known")) {
        throw ValidationException.of(
            "table", "must be an event table that a pipeline writes or that was made by Wadi");
      }
    }
  }

  private List<Stream> read(String sql, Map<String, String> parameters) throws SQLException {
    try (var connection = database.getConnection();
        var statement = Sql.prepare(connection, sql, parameters);
        var rows = statement.executeQuery()) {
      var streams = new ArrayList<Stream>();
      while (rows.next()) {
        streams.add(stream(rows));
      }
      return streams;
    }
  }

  private static Stream stream(ResultSet row) throws SQLException {
    return new Stream(row.getString("name"), TableName.parse(row.getString("event_table")));
  }
}
