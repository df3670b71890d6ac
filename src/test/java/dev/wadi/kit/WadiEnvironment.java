package dev.wadi.kit;

import java.util.HashMap;
import java.util.Map;

/** Settings of a Wadi under test, as environment variables, on ports that are free. */
public final class WadiEnvironment {

  private WadiEnvironment() {}

  /**
   * Wadi on one database with a test's routes; slots are the server's, so named after the database.
   */
  public static Map<String, String> of(Database database, RouteFiles routes) {
    return of(database, database, routes);
  }

  /** The same with event tables in another database. */
  public static Map<String, String> of(Database database, Database eventLog, RouteFiles routes) {
    var environment = new HashMap<String, String>();
    environment.put("WADI_DATABASE_URL", database.url());
    environment.put("WADI_DATABASE_USER", "postgres");
    environment.put("WADI_DATABASE_PASSWORD", "postgres");
    environment.put("WADI_LOG_URL", eventLog.url());
    environment.put("WADI_SLOT", "wadi_" + database.name());
    environment.put("WADI_ROUTES", routes.folder().toString());
    environment.put("WADI_HTTP_PORT", Integer.toString(FreePort.next()));
    environment.put("WADI_MANAGEMENT_PORT", Integer.toString(FreePort.next()));
    environment.put("WADI_CAPTURE_BACKOFF_MAX_MS", "250");
    return environment;
  }
}
