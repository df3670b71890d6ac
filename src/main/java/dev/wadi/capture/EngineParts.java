package dev.wadi.capture;

import dev.wadi.postgres.PostgresTypes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands our objects to classes that Debezium makes by name: it gives them text properties only, so
 * one of these holds a key.
 */
final class EngineParts {

  private static final Map<String, PostgresTypes> TYPES = new ConcurrentHashMap<>();
  private static final AtomicLong LAST_KEY = new AtomicLong();

  private EngineParts() {}

  /** Keeps the parts of one engine; returns the key under which they are found. */
  static String register(PostgresTypes types) {
    String key = "engine-" + LAST_KEY.incrementAndGet();
    TYPES.put(key, types);
    return key;
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
