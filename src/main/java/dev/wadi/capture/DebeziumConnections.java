package dev.wadi.capture;

import dev.wadi.postgres.ReplicationSlot;
import dev.wadi.postgres.Sql;
import io.debezium.jdbc.JdbcConfiguration;
import io.debezium.jdbc.JdbcConnection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.HostSpec;
import org.postgresql.util.PSQLState;

/**
 * Opens Debezium's connections. They do two things otherwise than the driver's. When Debezium's
 * {@code TypeRegistry} asks for all data types of the database, they answer with the built-in ones:
 * it fails at a domain over an enum, and of types it does not need any. And they know when the
 * server last sent something.
 */
public final class DebeziumConnections implements JdbcConnection.ConnectionFactory {

  private static final String WAL_SENDER_TIMEOUT = Sql.load("capture/wal_sender_timeout");
  private static final String ALL_TYPES = "SELECT t.oid AS oid, t.typname AS name";
  private static final String BUILT_IN = " AND t.oid < 12000";

  /** Debezium makes the factory by name. */
  public DebeziumConnections() {}

  @Override
  public Connection connect(JdbcConfiguration config) throws SQLException {
    var url =
        "jdbc:postgresql://%s:%s/%s"
            .formatted(
                config.getHostname(),
                config.getPort(),
                java.net.URLEncoder.encode(
                    config.getDatabase(), java.nio.charset.StandardCharsets.UTF_8));
    var properties = Driver.parseURL(url, config.asProperties());
    if (properties == null) {
      throw new SQLException("database address " + url + ": cannot be read");
    }
    var host = new HostSpec(config.getHostname(), config.getPort());
    properties.setProperty("ApplicationName", ReplicationSlot.READER);
    return new Session(host, properties, url, HeardSockets.in(properties));
  }

  /** A connection that knows when the server last sent something. */
  static final class Session extends PgConnection {

    private final AtomicLong heardNanos;
    private final int timeoutSeconds;

    /** So long the server may be silent; 0 for ever. */
    private volatile int silenceSeconds;

    Session(HostSpec host, Properties properties, String url, AtomicLong heardNanos)
        throws SQLException {
      super(new HostSpec[] {host}, properties, url);
      this.heardNanos = heardNanos;
      this.timeoutSeconds = PGProperty.SOCKET_TIMEOUT.getInt(properties);
      this.silenceSeconds = timeoutSeconds;
    }

    /**
     * Gives the server some minutes, as it needs to go through what was written since.
     *
     * @param seconds unless the URL gives more
     */
    void bePatient(int seconds) throws SQLException {
      setReadLimit(timeoutSeconds == 0 ? 0 : Math.max(timeoutSeconds, seconds));
    }

    /**
     * Limits reads again, a little later than {@link #requireSignOfLife} does: a stream that ran
     * into the read's limit would go on in the midst of a message. In a transaction without a
     * captured change the server answers only twice in its own limit.
     */
    void beImpatient() throws SQLException {
      silenceSeconds = timeoutSeconds == 0 ? 0 : Math.max(timeoutSeconds, walSenderSeconds());
      setReadLimit(silenceSeconds == 0 ? 0 : silenceSeconds + 5);
    }

    private void setReadLimit(int seconds) throws SQLException {
      long ms = Math.min(Integer.MAX_VALUE, TimeUnit.SECONDS.toMillis(seconds));
      setNetworkTimeout(Runnable::run, (int) ms);
    }

    private int walSenderSeconds() throws SQLException {
      try (var query = Sql.prepare(this, WAL_SENDER_TIMEOUT, Map.of());
          var row = query.executeQuery()) {
        return row.next() ? row.getInt("seconds") : 0;
      }
    }

    /**
     * Fails if nothing came for longer than a server takes that is there.
     *
     * @throws SQLException with what that means
     */
    void requireSignOfLife() throws SQLException {
      long silentSeconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - heardNanos.get());
      boolean isSilent = silenceSeconds > 0 && silentSeconds >= silenceSeconds;
      if (isSilent) {
        throw new SQLException(
            "replication session: the server answered nothing for "
                + silentSeconds
                + " s, so the connection is taken for dead and opened anew; a longer limit is"
                + " option socketTimeout (seconds) of the URL",
            PSQLState.CONNECTION_FAILURE.getState());
      }
    }

    @Override
    public Statement createStatement() throws SQLException {
      var statement = super.createStatement();
      return (Statement)
          Proxy.newProxyInstance(
              Statement.class.getClassLoader(),
              new Class<?>[] {Statement.class},
              (proxy, method, arguments) -> call(statement, method, arguments));
    }

    private static @Nullable Object call(
        Statement statement, Method method, @Nullable Object @Nullable [] arguments)
        throws Throwable {
      boolean asksForTypes =
          arguments != null
              && arguments.length == 1
              && arguments[0] instanceof String sql
              && sql.startsWith(ALL_TYPES);
      try {
        return method.invoke(
            statement, asksForTypes ? new Object[] {arguments[0] + BUILT_IN} : arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }
}
