package dev.wadi.capture;

import dev.wadi.postgres.PostgresTypes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands our objects to classes that Debezium makes by name: it gives them text properties only, so
 * one of these holds a key.
 */
final class EngineParts {

  private static final Map<String, PostgresTypes> TYPES = new ConcurrentHashMap<>();

  private EngineParts() {}

  static void register(String key, PostgresTypes types) {
    TYPES.put(key, types);
  }

  static PostgresTypes lookup(String key) {
    var types = TYPES.get(key);
    if (types == null) {
      throw new IllegalStateException("no engine part is registered as '" + key + "'");
    }
    return types;
  }

  static void remove(String key) {
    TYPES.remove(key);
  }
}
