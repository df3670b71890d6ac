package dev.wadi.api;

import dev.wadi.eventtable.EventTables;
import dev.wadi.stream.Stream;
import dev.wadi.stream.Streams;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API's streams. */
public final class StreamApi {

  private static final String SORT_COLUMN = "seq";

  private final Streams streams;
  private final EventTables eventTables;

  public StreamApi(Streams streams, EventTables eventTables) {
    this.streams = streams;
    this.eventTables = eventTables;
  }

  /**
   * Body of POST.
   *
   * @param sortColumn {@code seq}, if given
   */
  public record Create(
      @Nullable String name, @Nullable String table, @Nullable String sortColumn) {}

  public Map<String, Object> list(ApiRequest request) throws SQLException {
    request.allow();
    return Map.of("data", streams.list().stream().map(StreamApi::shown).toList());
  }

  public Map<String, Object> show(ApiRequest request) throws SQLException {
    return shown(
        streams.find(request.name()).orElseThrow(() -> Problem.notFound("stream", request.name())));
  }

  public Answer create(ApiRequest request) throws SQLException {
    var create = request.read(Create.class);
    if (create.sortColumn() != null && !create.sortColumn().equals(SORT_COLUMN)) {
      throw Problem.invalid("sort_column", "must be seq");
    }
    var table = Names.table("table", create.table());
    var problems = eventTables.problems(table);
    if (!problems.isEmpty()) {
      throw Problem.invalid(Map.of("table", problems));
    }
    eventTables.register(table);
    var stream = new Stream(create.name() == null ? "" : create.name(), table);
    streams.create(stream);
    return Answer.created(shown(stream));
  }

  public Answer delete(ApiRequest request) throws SQLException {
    if (!streams.delete(request.name())) {
      throw Problem.notFound("stream", request.name());
    }
    return Answer.nothing();
  }

  private static Map<String, Object> shown(Stream stream) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("name", stream.name());
    shown.put("table", stream.table().toString());
    shown.put("sort_column", SORT_COLUMN);
    return shown;
  }
}
