package dev.wadi.api;

import dev.wadi.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Who may use the API: bearer tokens, of which only SHA-256 hashes are kept.
 *
 * <p>A token has 32 random bytes, so a plain hash cannot be reversed by guessing. Known hashes are
 * held in memory and read again every two seconds, so a check costs no query and a revoked token
 * ends within that time.
 */
public final class Tokens {

  private static final String LIST = Sql.load("api/list_tokens");
  private static final String CREATE = Sql.load("api/create_token");
  private static final String REVOKE = Sql.load("api/revoke_token");
  private static final int TOKEN_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final DataSource eventLog;
  private final List<byte[]> fixed = new ArrayList<>();
  private volatile List<byte[]> stored = List.of();

  /** A token as the list shows it. */
  public record Listed(String name, Instant createdAt) {}

  /**
   * @param eventLog where hashes are kept
   * @param configured the token of setting {@code wadi.api.token}; empty if there is none
   */
  public Tokens(DataSource eventLog, String configured) {
    this.eventLog = eventLog;
    if (!configured.isEmpty()) {
      fixed.add(hash(configured));
    }
  }

  /**
   * Accepts a request by its {@code Authorization} headers.
   *
   * @throws Problem 401 if there is no valid token, in words that say what is missing
   */
  public void require(List<String> authorization) {
    if (authorization.isEmpty()) {
      throw new Problem(401, "Please provide a valid API token in the Authorization header.");
    }
    if (authorization.size() > 1) {
      throw new Problem(401, "Please provide exactly one Authorization header in your request.");
    }
    var header = authorization.get(0);
    if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw new Problem(
          401,
          "Please provide a valid API token in the Authorization header."
              + " Ensure your Authorization value is prefixed with \"Bearer\".");
    }
    if (!isKnown(hash(header.substring(7).strip()))) {
      throw new Problem(401, "The API token you provided is invalid or has expired.");
    }
  }

  /** Makes a token that lives as long as this process. */
  public String createTransient() {
    var token = random();
    synchronized (fixed) {
      fixed.add(hash(token));
    }
    return token;
  }

  /**
   * Makes and stores a token; it is shown this once.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public String create(String name) throws SQLException {
    var token = random();
    try (var connection = eventLog.getConnection();
        var create = Sql.prepare(connection, CREATE, Map.of("name", name, "hash", hash(token)))) {
      if (create.executeUpdate() == 0) {
        throw new IllegalArgumentException(
            "token '" + name + "': name is taken; revoke it first or choose another");
      }
    }
    refresh();
    return token;
  }

  /** The stored tokens by name. */
  public List<Listed> list() throws SQLException {
    var listed = new ArrayList<Listed>();
    try (var connection = eventLog.getConnection();
        var list = Sql.prepare(connection, LIST, Map.of());
        var row = list.executeQuery()) {
      while (row.next()) {
        listed.add(new Listed(row.getString("name"), row.getTimestamp("created_at").toInstant()));
      }
    }
    return listed;
  }

  /** Ends a stored token; false if there is none of that name. */
  public boolean revoke(String name) throws SQLException {
    try (var connection = eventLog.getConnection();
        var revoke = Sql.prepare(connection, REVOKE, Map.of("name", name))) {
      return revoke.executeUpdate() > 0;
    } finally {
      refresh();
    }
  }

  /** Whether anyone could be let in. */
  public boolean any() throws SQLException {
    synchronized (fixed) {
      return !fixed.isEmpty() || !list().isEmpty();
    }
  }

  private boolean isKnown(byte[] hash) {
    boolean known = false;
    synchronized (fixed) {
      for (var candidate : fixed) {
        known |= MessageDigest.isEqual(candidate, hash);
      }
    }
    if (known) {
      return true;
    }
    for (var candidate : stored) {
      known |= MessageDigest.isEqual(candidate, hash);
    }
    return known;
  }

  /**
   * Reads the stored tokens again; asked every few seconds, so that no check waits for the
   * database.
   */
  public void refresh() {
    stored = read();
  }

  /** The stored hashes; those known before where the database does not answer. */
  private List<byte[]> read() {
    var hashes = new ArrayList<byte[]>();
    try (var connection = eventLog.getConnection();
        var list = Sql.prepare(connection, LIST, Map.of());
        var row = list.executeQuery()) {
      while (row.next()) {
        hashes.add(row.getBytes("hash"));
      }
      return hashes;
    } catch (SQLException e) {
      return Databases.isMissingTable(e) ? List.of() : stored;
    }
  }

  private static String random() {
    byte[] bytes = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(bytes);
    return "wadi_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
