package dev.wadi.consumer;

import dev.wadi.stream.Stream;
import dev.wadi.stream.ValidationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group as its user defines it.
 *
 * @param name letters, digits, {@code _}, {@code -} and {@code .}; at most 200
 * @param stream name of the stream it reads
 * @param filters JSON that {@link EventFilters} understands; null for every event
 * @param start where it starts
 * @param ackWaitMs how long a message is held for its receiver, 500 to 86,400,000 ms
 * @param maxAckPending most messages that are out at a time, 1 to 100,000
 * @param maxDeliver attempts after which a message is a dead letter, 1 to 1,000; null for no end
 * @param groupBy columns of {@code record}, at most 16; empty for source database, source table and
 *     {@code record_pk}
 * @param maxWaiting most receives that wait at a time, 1 to 10,000
 */
public record GroupDefinition(
    String name,
    String stream,
    @Nullable String filters,
    StartPosition start,
    int ackWaitMs,
    int maxAckPending,
    @Nullable Integer maxDeliver,
    List<String> groupBy,
    int maxWaiting) {

  public static final int ACK_WAIT_MS = 30_000;
  public static final int MAX_ACK_PENDING = 10_000;
  public static final int MAX_WAITING = 1_000;
  private static final int MAX_GROUP_COLUMNS = 16;

  /**
   * @throws ValidationException with every field that is out of range
   */
  public GroupDefinition {
    groupBy = List.copyOf(groupBy);
    var errors = new LinkedHashMap<String, List<String>>();
    var problem = Stream.problemOfName(name);
    if (!problem.isEmpty()) {
      add(errors, "name", problem);
    }
    requireBetween(errors, "ack_wait_ms", ackWaitMs, 500, 86_400_000);
    requireBetween(errors, "max_ack_pending", maxAckPending, 1, 100_000);
    requireBetween(errors, "max_waiting", maxWaiting, 1, 10_000);
    if (maxDeliver != null) {
      requireBetween(errors, "max_deliver", maxDeliver, 1, 1_000);
    }
    if (groupBy.size() > MAX_GROUP_COLUMNS) {
      add(errors, "group_by", "must be at most " + MAX_GROUP_COLUMNS + " columns");
    }
    boolean nameless = groupBy.stream().anyMatch(String::isEmpty);
    if (nameless || groupBy.stream().distinct().count() < groupBy.size()) {
      add(errors, "group_by", "must be names of columns, each once");
    }
    if (!errors.isEmpty()) {
      throw new ValidationException(errors);
    }
  }

  /** A group that reads a stream from the beginning, everything else as it is by default. */
  public static GroupDefinition of(String name, String stream) {
    return new GroupDefinition(
        name,
        stream,
        null,
        StartPosition.BEGINNING,
        ACK_WAIT_MS,
        MAX_ACK_PENDING,
        null,
        List.of(),
        MAX_WAITING);
  }

  private static void requireBetween(
      Map<String, List<String>> errors, String field, int value, int least, int most) {
    if (value < least || value > most) {
      add(errors, field, "must be between %d and %d (got %d)".formatted(least, most, value));
    }
  }

  private static void add(Map<String, List<String>> errors, String field, String message) {
    errors.computeIfAbsent(field, name -> new ArrayList<>()).add(message);
  }
}
