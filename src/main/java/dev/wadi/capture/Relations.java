package dev.wadi.capture;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The relations that the stream has announced, from the decoder to the reader of its records.
 *
 * <p>Postgres announces a table anew after any change to its columns, its name or its replica
 * identity, while records of the shape before are still queued; Debezium makes a new schema object
 * each time, and a record is told by the schema object that it carries.
 */
final class Relations {

  private record Announced(Schema schema, Relation relation) {}

  private final Map<String, Deque<Announced>> byTable = new ConcurrentHashMap<>();
  private @Nullable Announced last;

  /** Called by the decoder, before the first record with this schema. */
  void announce(String table, Schema schema, Relation relation) {
    var announced = byTable.computeIfAbsent(table, name -> new ArrayDeque<>());
    synchronized (announced) {
      announced.addLast(new Announced(schema, relation));
    }
  }

  /** Called by the reader; a relation is forgotten once a record of a later one was read. */
  Relation of(String table, Schema schema) {
    var current = last;
    if (current == null || current.schema != schema) {
      current = find(table, schema);
      last = current;
    }
    return current.relation;
  }

  private Announced find(String table, Schema schema) {
    var announced = byTable.getOrDefault(table, new ArrayDeque<>());
    synchronized (announced) {
      while (!announced.isEmpty()) {
        var first = announced.getFirst();
        if (first.schema == schema) {
          return first;
        }
        announced.removeFirst();
      }
    }
    throw new IllegalStateException(
        "relation " + table + ": was not announced, which indicates a bug");
  }
}
