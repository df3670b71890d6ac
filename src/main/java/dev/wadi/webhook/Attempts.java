package dev.wadi.webhook;

import dev.wadi.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The newest requests of each webhook. They are noted in memory and written down now and then, so
 * that however many there are, few rows are written; a crash forgets those of the last second.
 */
public final class Attempts {

  /** How many are kept per webhook. */
  public static final int KEPT = 100;

  private final DataSource database;
  private final Map<Integer, ArrayDeque<Attempt>> noted = new HashMap<>();

  public Attempts(DataSource database) {
    this.database = database;
  }

  synchronized void note(int webhook, Attempt attempt) {
    var queue = noted.computeIfAbsent(webhook, id -> new ArrayDeque<>());
    queue.add(attempt);
    if (queue.size() > KEPT) {
      queue.remove();
    }
  }

  /** Writes down what was noted. */
  void flush() throws SQLException {
    for (var webhook : webhooksNoted()) {
      var attempts = take(webhook);
      try (var connection = database.getConnection()) {
        execute(connection, "webhook/add_attempts", parameters(webhook, attempts));
        execute(connection, "webhook/prune_attempts", Map.of("webhook", webhook, "keep", KEPT));
      }
    }
  }

  /** The newest first. */
  public List<Attempt> list(Webhook webhook, int most) throws SQLException {
    flush();
    var parameters = Map.of("webhook", webhook.id(), "most", most);
    try (var connection = database.getConnection();
        var statement = Sql.prepare(connection, Sql.load("webhook/attempts"), parameters);
        var rows = statement.executeQuery()) {
      var attempts = new ArrayList<Attempt>();
      while (rows.next()) {
        attempts.add(attempt(rows));
      }
      return attempts;
    }
  }

  private synchronized List<Integer> webhooksNoted() {
    return List.copyOf(noted.keySet());
  }

  private synchronized List<Attempt> take(int webhook) {
    var queue = noted.remove(webhook);
    return queue == null ? List.of() : List.copyOf(queue);
  }

  private static Map<String, Object> parameters(int webhook, List<Attempt> attempts) {
    var parameters = new HashMap<String, Object>();
    parameters.put("webhook", webhook);
    parameters.put("message_id", column(attempts, Attempt::messageId, new String[0]));
    parameters.put("at", column(attempts, attempt -> attempt.at().toString(), new String[0]));
    parameters.put("first_seq", column(attempts, Attempt::firstSeq, new Long[0]));
    parameters.put("messages", column(attempts, Attempt::messages, new Integer[0]));
    parameters.put("deliver_count", column(attempts, Attempt::deliverCount, new Integer[0]));
    parameters.put("status", column(attempts, Attempt::status, new Integer[0]));
    parameters.put("latency_ms", column(attempts, Attempt::latencyMs, new Integer[0]));
    parameters.put("excerpt", column(attempts, Attempt::excerpt, new String[0]));
    parameters.put("error", column(attempts, Attempt::error, new String[0]));
    return parameters;
  }

  private static <T> Object column(
      List<Attempt> attempts, Function<Attempt, @Nullable T> value, T[] type) {
    return attempts.stream().map(value).toList().toArray(type);
  }

  private static Attempt attempt(ResultSet row) throws SQLException {
    return new Attempt(
        row.getString("message_id"),
        row.getTimestamp("at").toInstant(),
        row.getLong("first_seq"),
        row.getInt("messages"),
        row.getInt("deliver_count"),
        row.getInt("status"),
        row.getInt("latency_ms"),
        row.getString("excerpt"),
        row.getString("error"));
  }

  private static void execute(
      Connection connection, String name, Map<String, ? extends Object> parameters)
      throws SQLException {
    try (var statement = Sql.prepare(connection, Sql.load(name), parameters)) {
      statement.executeUpdate();
    }
  }
}
