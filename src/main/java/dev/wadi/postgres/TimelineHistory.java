package dev.wadi.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.postgresql.Driver;

/** Where the timelines of a server ended: at each one a standby was promoted. */
public final class TimelineHistory {

  private TimelineHistory() {}

  /**
   * The end of each timeline that a server's own one descends from, as Postgres writes an LSN.
   *
   * @param timeline the server's own one; the first has no history
   */
  public static Map<Integer, String> ends(DatabaseAddress address, int timeline)
      throws SQLException {
    if (timeline <= 1) {
      return Map.of();
    }
    try (var connection = replication(address);
        var statement = connection.createStatement();
        var row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
      row.next();
      return parse(row.getString(2));
    }
  }

  /** Options of the URL hold, but for those that make it a replication connection. */
  private static Connection replication(DatabaseAddress address) throws SQLException {
    var properties = Objects.requireNonNull(Driver.parseURL(address.url(), null));
    properties.setProperty("user", address.user());
    var password = address.givenPassword();
    if (password != null) {
      properties.setProperty("password", password);
    }
    properties.setProperty("replication", "database");
    properties.setProperty("assumeMinServerVersion", "14");
    properties.setProperty("preferQueryMode", "simple");
    var database = URLEncoder.encode(address.database(), UTF_8);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + address.host() + ":" + address.port() + "/" + database, properties);
  }

  /** Lines of timeline, LSN and reason, separated by tabs; comments begin with {@code #}. */
  static Map<Integer, String> parse(String history) {
    var ends = new TreeMap<Integer, String>();
    for (var line : history.lines().toList()) {
      var words = line.strip().split("\\s+");
      if (words.length >= 2 && words[0].matches("[0-9]+")) {
        ends.put(Integer.parseInt(words[0]), words[1]);
      }
    }
    return ends;
  }
}
