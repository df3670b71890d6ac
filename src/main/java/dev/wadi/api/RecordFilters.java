package dev.wadi.api;

import dev.wadi.change.Row;
import dev.wadi.consumer.EventFilters;
import dev.wadi.pipeline.Filters;
import dev.wadi.stream.StreamEvent;
import dev.wadi.stream.ValidationException;
import java.util.function.Predicate;

/**
 * Consumer groups' filters: those of pipelines, on columns of {@code record} and of the event
 * itself.
 *
 * <p>A name that both have means the event's, and {@code record} with a field path reaches the
 * other.
 */
public final class RecordFilters implements EventFilters {

  @Override
  public Predicate<StreamEvent> read(String json) {
    var filters = parsed(json);
    return event -> filters.matches(row(event));
  }

  private static Filters parsed(String json) {
    try {
      return Filters.of(Filters.parse(json));
    } catch (IllegalArgumentException e) {
      throw ValidationException.of("filters", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Event and record as one object; of two fields with one name {@link Row#only} takes the first.
   */
  private static Row row(StreamEvent event) {
    var record = event.record().strip();
    boolean empty = record.substring(1).stripLeading().startsWith("}");
    var json =
        new StringBuilder(2 * record.length() + 256)
            .append("{\"action\":")
            .append(Json.write(event.action()))
            .append(",\"record_pk\":")
            .append(Json.write(event.recordPk()))
            .append(",\"source_table_schema\":")
            .append(Json.write(event.tableSchema()))
            .append(",\"source_table_name\":")
            .append(Json.write(event.tableName()))
            .append(",\"committed_at\":")
            .append(Json.write(event.committedAt().toString()))
            .append(",\"record\":")
            .append(record)
            .append(",\"changes\":")
            .append(event.changes())
            .append(empty ? "" : ",")
            .append(record, 1, record.length());
    return new Row(json.toString());
  }
}
