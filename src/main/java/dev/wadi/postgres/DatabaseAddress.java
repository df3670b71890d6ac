package dev.wadi.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Properties;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.SslMode;
import org.postgresql.util.PSQLException;

/**
 * Where a database is and who connects.
 *
 * @param url JDBC URL, {@code jdbc:postgresql://host:port/database?options}
 * @param user role name
 * @param password empty if the server lets the role in without
 */
public record DatabaseAddress(String url, String user, String password) {

  /** Refuses {@code synchronous_commit = off} for the session; the statement says why. */
  public static final String COMMIT_DURABLY = Sql.load("postgres/commit_durably");

  /** Longest time that a caller's reading may take, in seconds. */
  public static final int READ_SECONDS = 20;

  private static final int CONNECT_TIMEOUT_MS = 5_000;

  /**
   * A host that vanished answers nothing, ever. Long enough for appends that wait for a lock; what
   * may wait longer says so by itself.
   */
  private static final int POOL_TIMEOUT_SECONDS = 120;

  private static final int REPLICATION_TIMEOUT_SECONDS = 60;
  private static final int BACKFILL_TIMEOUT_SECONDS = 600;
  private static final int SESSION_TIMEOUT_SECONDS = 10;
  private static final String SOCKET_TIMEOUT = "socketTimeout";
  private static final Pattern USER_INFO = Pattern.compile("//[^/?]*@");
  private static final Pattern PASSWORD = Pattern.compile("(?i)([?&](?:ssl)?password=)[^&]*");

  /**
   * @throws IllegalArgumentException if the URL is not one of Postgres
   */
  public DatabaseAddress {
    boolean hasUser = USER_INFO.matcher(url).find();
    if (hasUser || Driver.parseURL(url, null) == null) {
      throw new IllegalArgumentException(
          "database address '"
              + withoutPasswords(url)
              + "': must look like jdbc:postgresql://host:port/database");
    }
  }

  /** A URL to be shown: with nothing in the place of passwords. */
  public static String withoutPasswords(String url) {
    return USER_INFO.matcher(PASSWORD.matcher(url).replaceAll("$1")).replaceFirst("//");
  }

  public String host() {
    return part("PGHOST", "localhost");
  }

  public int port() {
    return Integer.parseInt(part("PGPORT", "5432"));
  }

  public String database() {
    return part("PGDBNAME", user);
  }

  /** Whether another address leads to the same database, whoever connects. */
  public boolean isSameDatabase(DatabaseAddress other) {
    return host().equals(other.host())
        && port() == other.port()
        && database().equals(other.database());
  }

  /** An option given in the URL, such as {@code sslmode}; null if it is not there. */
  public @Nullable String option(String name) {
    return parts().getProperty(name);
  }

  /**
   * How long the server may be silent on the replication session, on which it is asked every
   * second; 0 if for ever. As long as Postgres's own subscriptions wait, unless the URL says so.
   */
  public int replicationTimeoutSeconds() {
    return socketTimeoutSeconds(REPLICATION_TIMEOUT_SECONDS);
  }

  private int socketTimeoutSeconds(int otherwise) {
    return Integer.parseInt(part(SOCKET_TIMEOUT, String.valueOf(otherwise)));
  }

  /**
   * How far connections are secured, {@code disable} to {@code verify-full}; {@code ssl=true} means
   * the last.
   */
  public String sslMode() {
    try {
      return SslMode.of(parts()).value;
    } catch (PSQLException e) {
      throw new IllegalArgumentException(
          "database address '%s': %s".formatted(this, e.getMessage()), e);
    }
  }

  /**
   * A pool of connections, filled on demand: the database need not be up yet. Options in the URL
   * win over what is set here.
   *
   * @param size most connections at a time
   */
  public HikariDataSource pool(String name, int size) {
    return pool(name, size, 1, COMMIT_DURABLY);
  }

  /**
   * The same for what callers want to read, which may take long: each statement ends after {@link
   * #READ_SECONDS} with SQLSTATE 57014.
   */
  public HikariDataSource readingPool(String name, int size) {
    return pool(name, size, 0, "set statement_timeout = '" + READ_SECONDS + "s'");
  }

  private HikariDataSource pool(String name, int size, int idle, String initialSql) {
    var config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(givenPassword());
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(idle);
    config.setConnectionTimeout(CONNECT_TIMEOUT_MS);
    config.setInitializationFailTimeout(-1);
    config.setConnectionInitSql(initialSql);
    config.addDataSourceProperty("ApplicationName", "wadi");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty(SOCKET_TIMEOUT, String.valueOf(POOL_TIMEOUT_SECONDS));
    return new HikariDataSource(config);
  }

  /**
   * Connections that are not shared, for sessions that hold a lock as long as they live. A
   * statement that takes more than ten seconds ends its session.
   */
  public DataSource sessions() {
    var sessions = new PGSimpleDataSource();
    sessions.setUrl(url);
    sessions.setUser(user);
    sessions.setPassword(givenPassword());
    sessions.setApplicationName("wadi");
    sessions.setTcpKeepAlive(true);
    sessions.setConnectTimeout(CONNECT_TIMEOUT_MS / 1000);
    sessions.setSocketTimeout(SESSION_TIMEOUT_SECONDS);
    return sessions;
  }

  /** Connections that are not shared and on which every value arrives as Postgres prints it. */
  public DataSource textSessions() {
    var sessions = new PGSimpleDataSource();
    sessions.setUrl(url);
    sessions.setUser(user);
    sessions.setPassword(givenPassword());
    sessions.setApplicationName("wadi backfill");
    sessions.setTcpKeepAlive(true);
    sessions.setConnectTimeout(CONNECT_TIMEOUT_MS / 1000);
    sessions.setSocketTimeout(socketTimeoutSeconds(BACKFILL_TIMEOUT_SECONDS));
    sessions.setBinaryTransfer(false);
    return sessions;
  }

  /** Null, not empty, if it was not given: the driver would offer an empty one to the server. */
  public @Nullable String givenPassword() {
    return password.isEmpty() ? null : password;
  }

  /** Without the password and the options. */
  @Override
  public String toString() {
    return user + "@" + host() + ":" + port() + "/" + database();
  }

  private String part(String name, String otherwise) {
    return parts().getProperty(name, otherwise);
  }

  private Properties parts() {
    var parts = Driver.parseURL(url, null);
    return parts == null ? new Properties() : parts;
  }
}
