package dev.wadi.api;

import dev.wadi.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

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

  /** Name of the token that is a setting; none of that name can be made. */
  private static final String CONFIGURED = "wadi.api.token";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final DataSource eventLog;

  /** Not . and .., by which nobody could name it in a path. */
  private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9_.-]{1,100}");

  private final List<Known> fixed = new ArrayList<>();

  /** Null until they were read. */
  private volatile @Nullable List<Known> stored;

  /** A token as the list shows it. */
  public record Listed(String name, Set<Scope> scopes, Instant createdAt) {}

  private record Known(byte[] hash, Caller caller) {}

  /**
   * @param eventLog where hashes are kept
   * @param configured the token of setting {@code wadi.api.token}; empty if there is none
   */
  public Tokens(DataSource eventLog, String configured) {
    this.eventLog = eventLog;
    if (!configured.isEmpty()) {
      fixed.add(known(configured, CONFIGURED, false));
    }
  }

  /**
   * Accepts a request by its {@code Authorization} headers.
   *
   * @throws Problem 401 if there is no valid token, in words that say what is missing; 503 if it is
   *     not known yet whether it is one
   */
  public Caller require(List<String> authorization) {
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
    var caller = find(hash(header.substring(7).strip()));
    if (caller == null && stored == null) {
      throw new Problem(503, "The API tokens were not read yet; try again in a second");
    }
    if (caller == null) {
      throw new Problem(401, "The API token you provided is invalid or has expired.");
    }
    return caller;
  }

  /** Makes a token that lives as long as this process. */
  public String createTransient() {
    var token = random();
    synchronized (fixed) {
      fixed.add(known(token, "(made at start)", true));
    }
    return token;
  }

  /**
   * Makes and stores a token; it is shown this once.
   *
   * @param scopes what it may do, at least one
   * @throws IllegalArgumentException if the name is taken, reserved or none
   */
  public String create(String name, Set<Scope> scopes) throws SQLException {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "token '"
              + name
              + "': its name must be 1 to 100 letters, digits, _, - or ., and neither . nor ..");
    }
    if (isReserved(name)) {
      throw new IllegalArgumentException(
          "token '"
              + name
              + "': the name must not be that of the token in the settings; choose another");
    }
    var token = random();
    var granted = scopes.stream().map(Scope::toString).toArray(String[]::new);
    var parameters = Map.of("name", name, "hash", hash(token), "scopes", granted);
    try (var connection = eventLog.getConnection();
        var create = Sql.prepare(connection, CREATE, parameters)) {
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
        listed.add(
            new Listed(
                row.getString("name"), scopes(row), row.getTimestamp("created_at").toInstant()));
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

  /**
   * Whether anyone could be let in.
   *
   * @throws SQLException if that is not known
   */
  public boolean any() throws SQLException {
    synchronized (fixed) {
      return !fixed.isEmpty() || isAnyStored();
    }
  }

  private boolean isAnyStored() throws SQLException {
    try {
      return !list().isEmpty();
    } catch (SQLException e) {
      if (Databases.isMissingTable(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Compares with each, so that the time it takes tells nothing of where one is. */
  private @Nullable Caller find(byte[] hash) {
    Caller found = null;
    synchronized (fixed) {
      for (var known : fixed) {
        found = MessageDigest.isEqual(known.hash, hash) ? known.caller : found;
      }
    }
    var all = stored;
    for (var known : all == null ? List.<Known>of() : all) {
      boolean isHere = MessageDigest.isEqual(known.hash, hash);
      found = isHere && found == null ? known.caller : found;
    }
    return found;
  }

  /**
   * Reads the stored tokens again; asked every few seconds, so that no check waits for the
   * database. One at a time, or what was read first could be taken for the newest.
   */
  public synchronized void refresh() {
    stored = read();
  }

  /** The stored tokens; those known before where the database does not answer. */
  private @Nullable List<Known> read() {
    var tokens = new ArrayList<Known>();
    try (var connection = eventLog.getConnection();
        var list = Sql.prepare(connection, LIST, Map.of());
        var row = list.executeQuery()) {
      while (row.next()) {
        var caller = new Caller(row.getString("name"), scopes(row), true);
        tokens.add(new Known(row.getBytes("hash"), caller));
      }
      return tokens;
    } catch (SQLException e) {
      return Databases.isMissingTable(e) ? List.of() : stored;
    }
  }

  /** Whether a token may be called that. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Whether it is the name of the token in the settings: the audit tells tokens by name. */
  static boolean isReserved(String name) {
    return name.equals(CONFIGURED);
  }

  private static Known known(String token, String name, boolean isRandom) {
    return new Known(hash(token), new Caller(name, Set.of(Scope.MANAGE), isRandom));
  }

  private static Set<Scope> scopes(ResultSet row) throws SQLException {
    return Scope.parse(List.of((String[]) row.getArray("scopes").getArray()));
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
