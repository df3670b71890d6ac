package dev.wadi.pipeline;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Placeholders are for who edits files: Camel fills in settings, environment variables and what
 * beans answer, and who calls the API would read all of it in what is refused.
 */
final class Placeholders {

  private static final String BEGIN = "{{";
  private static final String RULE = "must not hold {{ unless the pipeline's file says the same";

  private Placeholders() {}

  /**
   * @param now what the file says, which may be said again; null if there is none yet
   * @throws PipelineRefusedException with each field that holds one
   */
  static void requireNone(PipelineDefinition asked, @Nullable PipelineDefinition now) {
    var texts = texts(asked);
    var known = now == null ? Map.<String, String>of() : texts(now);
    var problems = new TreeMap<String, List<String>>();
    texts.forEach(
        (field, text) -> {
          boolean isNew = !text.equals(known.get(field));
          if (isNew && text.contains(BEGIN)) {
            problems.put(field, List.of(RULE));
          }
        });
    boolean anyFilter =
        asked.filters().stream()
            .map(filter -> Filters.json(List.of(filter)))
            .anyMatch(json -> json.contains(BEGIN) && !filters(now).contains(json));
    if (anyFilter) {
      problems.put("filters", List.of(RULE));
    }
    if (!problems.isEmpty()) {
      throw new PipelineRefusedException(asked.name(), problems);
    }
  }

  /** Each by itself, as the others may be written otherwise. */
  private static List<String> filters(@Nullable PipelineDefinition pipeline) {
    return pipeline == null
        ? List.of()
        : pipeline.filters().stream().map(filter -> Filters.json(List.of(filter))).toList();
  }

  private static Map<String, String> texts(PipelineDefinition pipeline) {
    return Map.of(
        "source.table", pipeline.tables(),
        "actions", String.join(",", pipeline.actions()),
        "destination.table", pipeline.eventTable());
  }
}
