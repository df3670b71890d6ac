package dev.wadi.webhook;

import dev.wadi.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Encrypts everything that is kept encrypted once more, with the key that is current now. */
public final class SecretRotation {

  private static final String READ = Sql.load("webhook/read_sealed");
  private static final String RESEAL = Sql.load("webhook/reseal");

  private final DataSource eventLog;
  private final SecretBox box;

  /**
   * @param box knows the current key and those before it
   */
  public SecretRotation(DataSource eventLog, SecretBox box) {
    this.eventLog = eventLog;
    this.box = box;
  }

  /**
   * All of them or, if one cannot be decrypted, none.
   *
   * @return of how many webhooks
   * @throws IllegalStateException if one was encrypted with a key that is not known
   */
  public int run() throws SQLException {
    try (var connection = eventLog.getConnection()) {
      connection.setAutoCommit(false);
      int count = resealAll(connection);
      connection.commit();
      return count;
    }
  }

  private int resealAll(Connection connection) throws SQLException {
    int count = 0;
    try (var read = Sql.prepare(connection, READ, Map.of());
        var row = read.executeQuery()) {
      while (row.next()) {
        reseal(connection, row);
        count++;
      }
    }
    return count;
  }

  private void reseal(Connection connection, ResultSet row) throws SQLException {
    var name = row.getString("name");
    var parameters = new HashMap<String, @Nullable Object>();
    parameters.put("name", name);
    parameters.put("headers", resealed(name, "headers", row.getBytes("headers")));
    parameters.put("secret", resealed(name, "secret", row.getBytes("secret")));
    parameters.put("previous_secret", resealed(name, "secret", row.getBytes("previous_secret")));
    try (var update = Sql.prepare(connection, RESEAL, parameters)) {
      update.executeUpdate();
    }
  }

  private byte @Nullable [] resealed(String webhook, String what, byte @Nullable [] sealed) {
    if (sealed == null) {
      return null;
    }
    var purpose = Webhooks.purpose(webhook, what);
    return box.seal(purpose, box.open(purpose, sealed));
  }
}
