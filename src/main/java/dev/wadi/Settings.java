package dev.wadi;

import dev.wadi.postgres.DatabaseAddress;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The settings of one Wadi, checked: a value that breaks its rule never gets past the constructor.
 */
public final class Settings {

  private static final String HOST = "camel.server.host";
  private static final String TLS = "camel.server.useGlobalSslContextParameters";

  private final EnumMap<Setting, String> values = new EnumMap<>(Setting.class);
  private final Map<String, String> others = new HashMap<>();

  private Settings(Map<String, String> file, Map<String, String> environment) {
    refuseUnknown(file);
    for (var setting : Setting.values()) {
      String value = environment.get(setting.environmentName());
      if (value == null) {
        value = file.getOrDefault(setting.key(), setting.defaultValue());
      }
      values.put(setting, value.strip());
    }
    file.forEach(
        (key, value) -> {
          if (!known(key)) {
            others.put(key, value);
          }
        });
    var camelHost = environment.get("CAMEL_SERVER_HOST");
    if (camelHost != null) {
      others.put(HOST, camelHost);
    }
    values.replaceAll((setting, value) -> resolved(value));
    values.forEach(Setting::check);
  }

  /**
   * Settings from {@code application.properties} in a folder, if there is one, and an environment,
   * which wins.
   *
   * @throws SettingsException if a {@code wadi.*} key is unknown or a value breaks its rule
   */
  public static Settings load(Path folder, Map<String, String> environment) {
    var file = folder.resolve("application.properties");
    return new Settings(Files.exists(file) ? read(file) : Map.of(), environment);
  }

  /** The same settings with some of them replaced. */
  public Settings with(Map<Setting, String> replacements) {
    var all = new HashMap<>(others);
    values.forEach((setting, value) -> all.put(setting.key(), value));
    replacements.forEach((setting, value) -> all.put(setting.key(), value));
    return new Settings(all, Map.of());
  }

  public String text(Setting setting) {
    return values.getOrDefault(setting, "");
  }

  public int number(Setting setting) {
    return Integer.parseInt(text(setting));
  }

  /**
   * As properties: Camel's own keys, and placeholders such as {@code {{wadi.slot}}} for routes. No
   * secret of Wadi is among them, as Camel's developer console shows them all.
   */
  public Properties asProperties() {
    var properties = new Properties();
    properties.putAll(others);
    values.forEach(
        (setting, value) -> {
          if (!setting.secret()) {
            properties.setProperty(setting.key(), DatabaseAddress.withoutPasswords(value));
          }
        });
    return properties;
  }

  /** What console and API listen on; Camel's own setting wins, wherever Camel reads it. */
  public String httpHost() {
    var given = others.getOrDefault(HOST, text(Setting.HTTP_HOST));
    return System.getProperty(HOST, given).strip();
  }

  /** Whether console and API are served over TLS, by the settings that Camel has for it. */
  public boolean servesTls() {
    return others.entrySet().stream()
        .anyMatch(
            setting ->
                setting.getKey().replace("-", "").equalsIgnoreCase(TLS)
                    && setting.getValue().strip().equals("true"));
  }

  private String resolved(String value) {
    for (var other : Setting.values()) {
      if (value.equals("${" + other.key() + "}")) {
        return text(other);
      }
    }
    return value;
  }

  private static void refuseUnknown(Map<String, String> file) {
    for (var key : file.keySet()) {
      if (key.startsWith("wadi.") && !known(key)) {
        throw new SettingsException(
            "setting '"
                + key
                + "': not a setting of Wadi; application.properties as shipped lists them all");
      }
    }
  }

  private static boolean known(String key) {
    for (var setting : Setting.values()) {
      if (setting.key().equals(key)) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, String> read(Path file) {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException("application.properties: cannot be read: " + e.getMessage());
    }
    var settings = new HashMap<String, String>();
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
    return settings;
  }
}
