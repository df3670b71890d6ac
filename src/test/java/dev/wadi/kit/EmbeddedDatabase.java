package dev.wadi.kit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A fresh database in one embedded Postgres that all tests of a run share. */
public final class EmbeddedDatabase extends Database {

  private static final AtomicInteger COUNT = new AtomicInteger();

  private EmbeddedDatabase(DataSource dataSource) {
    super(dataSource);
  }

  /** Creates an empty database. */
  public static EmbeddedDatabase create() {
    return createWith("");
  }

  /** Creates an empty database whose texts are in another encoding than UTF-8. */
  public static EmbeddedDatabase createEncoded(String encoding) {
    return createWith("template template0 locale 'C' encoding '" + encoding + "'");
  }

  private static EmbeddedDatabase createWith(String options) {
    String name = "test_" + COUNT.incrementAndGet();
    new EmbeddedDatabase(Server.POSTGRES.getPostgresDatabase())
        .execute("create database " + name + " " + options);
    return new EmbeddedDatabase(Server.POSTGRES.getDatabase("postgres", name));
  }

  /** The database as another role sees it. */
  public DataSource dataSource(String role) throws SQLException {
    try (var connection = connect()) {
      return Server.POSTGRES.getDatabase(role, connection.getCatalog());
    }
  }

  private static final class Server {
    private static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setPGStartupWait(Duration.ofMinutes(1))
            .setServerConfig("fsync", "off")
            .setServerConfig("wal_level", "logical")
            .setServerConfig("max_connections", "300")
            .setServerConfig("max_replication_slots", "100")
            .setServerConfig("max_wal_senders", "100")
            .setServerConfig("max_prepared_transactions", "10")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
