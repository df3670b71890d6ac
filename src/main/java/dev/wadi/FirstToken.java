package dev.wadi;

import dev.wadi.api.Tokens;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;

/** Sees to it that a Wadi without any token is neither open to others nor closed to its owner. */
final class FirstToken {

  private FirstToken() {}

  /**
   * Makes and shows a token for this run if nobody could get in otherwise.
   *
   * @throws SettingsException if Wadi would then listen beyond this machine
   */
  static void show(Settings settings, Tokens tokens) {
    if (isAny(tokens)) {
      return;
    }
    requireLoopback(settings);
    System.out.println(
        "No token is configured. For this run: "
            + tokens.createTransient()
            + "\nSet wadi.api.token, or make one that stays with: wadi token create NAME");
  }

  private static boolean isAny(Tokens tokens) {
    try {
      return tokens.any();
    } catch (SQLException e) {
      return false;
    }
  }

  private static void requireLoopback(Settings settings) {
    var host = settings.text(Setting.HTTP_HOST);
    try {
      if (InetAddress.getByName(host).isLoopbackAddress()) {
        return;
      }
    } catch (UnknownHostException e) {
      throw new SettingsException(
          "setting 'wadi.http.host': '" + host + "' is no address of this machine");
    }
    throw new SettingsException(
        "setting 'wadi.http.host': must be loopback as long as there is no token (got '"
            + host
            + "'); set wadi.api.token or run: wadi token create NAME");
  }
}
