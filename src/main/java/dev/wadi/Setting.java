package dev.wadi;

import dev.wadi.consumer.OwnerSessions;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.webhook.AddressGuard;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Every setting Wadi knows; {@code application.properties} explains each one.
 *
 * <p>A setting is read from the environment, then from {@code application.properties}, then its
 * default. The environment name of {@code wadi.log.url} is {@code WADI_LOG_URL}.
 */
public enum Setting {
  DATABASE_URL("wadi.database.url", "jdbc:postgresql://localhost:5432/postgres", Rule.DATABASE_URL),
  DATABASE_USER("wadi.database.user", "postgres", Rule.TEXT),
  DATABASE_PASSWORD("wadi.database.password", "", Rule.ANY),
  LOG_URL("wadi.log.url", "${wadi.database.url}", Rule.DATABASE_URL),
  LOG_USER("wadi.log.user", "${wadi.database.user}", Rule.TEXT),
  LOG_PASSWORD("wadi.log.password", "${wadi.database.password}", Rule.ANY),
  LOG_POOL_SIZE("wadi.log.pool-size", "10", Rule.between(2, 200)),
  SLOT("wadi.slot", "wadi", Rule.SLOT),
  PUBLICATION("wadi.publication", "wadi", Rule.TEXT),
  CAPTURE_BATCH_SIZE("wadi.capture.batch-size", "4000", Rule.between(1, 20_000)),
  CAPTURE_QUEUE_BYTES(
      "wadi.capture.queue-bytes", "67108864", Rule.between(1_048_576, 2_147_483_647L)),
  CAPTURE_POLL_INTERVAL_MS("wadi.capture.poll-interval-ms", "5", Rule.between(1, 1_000)),
  CAPTURE_HEARTBEAT_INTERVAL_MS(
      "wadi.capture.heartbeat-interval-ms", "1000", Rule.between(100, 60_000)),
  CAPTURE_BACKOFF_MAX_MS("wadi.capture.backoff-max-ms", "10000", Rule.between(100, 600_000)),
  CAPTURE_WHOLE_BATCHES("wadi.capture.whole-batches", "true", Rule.BOOLEAN),
  BACKFILL_CHUNK_ROWS("wadi.backfill.chunk-rows", "4000", Rule.between(1, 20_000)),
  RETENTION_INTERVAL_MS("wadi.retention.interval-ms", "60000", Rule.between(100, 86_400_000)),
  RETENTION_WAITS_FOR_CONSUMERS("wadi.retention.waits-for-consumers", "true", Rule.BOOLEAN),
  CONSUMER_SILENCE_MS(
      "wadi.consumer.silence-ms", "2000", Rule.between(OwnerSessions.LEAST_SILENCE_MS, 60_000)),
  HTTP_HOST("wadi.http.host", "127.0.0.1", Rule.TEXT),
  HTTP_PORT("wadi.http.port", "7376", Rule.between(1, 65_535)),
  HTTP_URL("wadi.http.url", "", Rule.HTTP_URL),
  MANAGEMENT_HOST("wadi.management.host", "127.0.0.1", Rule.TEXT),
  MANAGEMENT_PORT("wadi.management.port", "9876", Rule.between(1, 65_535)),
  CLI_ENABLED("wadi.cli.enabled", "false", Rule.BOOLEAN),
  ROUTES("wadi.routes", "routes", Rule.TEXT),
  API_TOKEN("wadi.api.token", "", Rule.ANY),
  API_REQUESTS_PER_SECOND("wadi.api.requests-per-second", "0", Rule.between(0, 1_000_000)),
  SECRET_KEY("wadi.secret-key", "", Rule.SECRET_KEY),
  SECRET_KEY_FILE("wadi.secret-key-file", "", Rule.ANY),
  SECRET_KEY_PREVIOUS("wadi.secret-key.previous", "", Rule.SECRET_KEY),
  WEBHOOK_ALLOWED_HOSTS("wadi.webhook.allowed-hosts", "", Rule.HOSTS),
  WEBHOOK_ALLOW_HTTP("wadi.webhook.allow-http", "false", Rule.YES_OR_NO);

  /** What is allowed, in words and as a check. */
  private record Rule(String words, Predicate<String> allows) {
    static final Rule ANY = new Rule("any text", text -> true);
    static final Rule BOOLEAN =
        new Rule("must be true or false", text -> text.equals("true") || text.equals("false"));
    static final Rule TEXT = new Rule("must not be empty", text -> !text.isBlank());
    static final Rule DATABASE_URL =
        new Rule(
            "must look like jdbc:postgresql://host:port/database, with one host: the primary",
            text ->
                text.startsWith("jdbc:postgresql:")
                    && !text.matches("jdbc:postgresql://[^/?]*,.*"));
    static final Rule HTTP_URL =
        new Rule(
            "must look like http://host:port, and unless the host is an address it has no _ and no last part that begins with a digit",
            Rule::isHttpUrl);
    static final Rule SLOT =
        new Rule(
            "must be 1 to 63 of a-z, 0-9 and _",
            Pattern.compile("[a-z0-9_]{1,63}").asMatchPredicate());

    static final Rule SECRET_KEY =
        new Rule(
            "must be base64 of 32 bytes, as of: openssl rand -base64 32",
            Pattern.compile("|[A-Za-z0-9+/]{43}=").asMatchPredicate());
    static final Rule HOSTS =
        new Rule(
            "must be host names, addresses and ranges such as 10.0.0.0/8, separated by commas",
            Rule::areHosts);
    static final Rule YES_OR_NO =
        new Rule("must be true or false", text -> text.equals("true") || text.equals("false"));

    /** Java finds no host where there is one with a character that hosts cannot have. */
    private static boolean isHttpUrl(String text) {
      try {
        boolean isAddress = text.matches("https?://[^/?#\\s]+");
        return text.isEmpty() || isAddress && new URI(text).getHost() != null;
      } catch (URISyntaxException e) {
        return false;
      }
    }

    private static boolean areHosts(String text) {
      try {
        return new AddressGuard(text) != null;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    static Rule between(long least, long most) {
      return new Rule(
          "must be a whole number from " + least + " to " + most,
          text ->
              text.matches("[0-9]{1,18}")
                  && Long.parseLong(text) >= least
                  && Long.parseLong(text) <= most);
    }
  }

  private final String key;
  private final String defaultValue;
  private final Rule rule;

  Setting(String key, String defaultValue, Rule rule) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.rule = rule;
  }

  /** The name in {@code application.properties}. */
  public String key() {
    return key;
  }

  /** The name in the environment. */
  public String environmentName() {
    return key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The value where none is given; {@code ${key}} stands for another setting's value. */
  public String defaultValue() {
    return defaultValue;
  }

  /** A secret is never logged or shown. */
  public boolean secret() {
    return key.endsWith(".password")
        || key.endsWith(".token")
        || key.endsWith("secret-key")
        || key.endsWith("secret-key.previous");
  }

  void check(String value) {
    if (!rule.allows.test(value)) {
      String shown = secret() ? "" : " (got '" + DatabaseAddress.withoutPasswords(value) + "')";
      throw new SettingsException(
          "setting '"
              + key
              + "': "
              + rule.words
              + shown
              + "; set it in application.properties or as "
              + environmentName());
    }
  }
}
