package dev.wadi.postgres;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import javax.sql.DataSource;

/**
 * The time of a database's server. What is deleted when its time has come goes by it: all processes
 * share it, and it is what put the times into the rows, whatever was done to a machine's clock.
 */
public final class DatabaseClock extends Clock {

  private static final String READ = Sql.load("postgres/read_clock");

  private final DataSource database;
  private final ZoneId zone;

  public DatabaseClock(DataSource database) {
    this(database, ZoneOffset.UTC);
  }

  private DatabaseClock(DataSource database, ZoneId zone) {
    this.database = database;
    this.zone = zone;
  }

  /**
   * Asks the server.
   *
   * @throws IllegalStateException if it does not answer
   */
  @Override
  public Instant instant() {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(READ)) {
      row.next();
      return row.getTimestamp(1).toInstant();
    } catch (SQLException e) {
      throw new IllegalStateException("the database's time is not known: " + e.getMessage(), e);
    }
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new DatabaseClock(database, other);
  }
}
