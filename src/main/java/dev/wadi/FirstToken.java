package dev.wadi;

import dev.wadi.api.HostCheck;
import dev.wadi.api.Tokens;
import java.sql.SQLException;

/** Sees to it that a Wadi without any token is neither open to others nor closed to its owner. */
final class FirstToken {

  private FirstToken() {}

  /**
   * Makes and shows a token for this run if nobody could get in otherwise. While nobody knows, as
   * the event log does not answer, Wadi starts closed: stored tokens let in once they can be read.
   *
   * @throws SettingsException if there is none and Wadi would listen beyond this machine
   */
  static void show(Settings settings, Tokens tokens) {
    try {
      if (tokens.any()) {
        return;
      }
    } catch (SQLException e) {
      System.out.println(
          "The event log does not answer, so only tokens that are stored in it will be let in; if"
              + " there is none, run: wadi token create NAME");
      return;
    }
    requireLoopback(settings);
    System.out.println(
        "No token is configured. For this run: "
            + tokens.createTransient()
            + "\nSet wadi.api.token, or make one that stays with: wadi token create NAME");
  }

  private static void requireLoopback(Settings settings) {
    if (!HostCheck.isLoopback(settings.httpHost())) {
      throw new SettingsException(
          "setting 'wadi.http.host', or camel.server.host, which wins: must be loopback as long as"
              + " there is no token (got '"
              + settings.httpHost()
              + "'); set wadi.api.token or run: wadi token create NAME");
    }
  }
}
