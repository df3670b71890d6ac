package dev.wadi.consumer;

import dev.wadi.stream.StreamEvent;
import dev.wadi.stream.ValidationException;
import java.util.function.Predicate;

/** Reads the filters of a consumer group. */
@FunctionalInterface
public interface EventFilters {

  /** Knows no filters. */
  EventFilters NONE =
      json -> {
        throw ValidationException.of("filters", "are not supported");
      };

  /**
   * The predicate that filters stand for. It is asked once per event and more often after a
   * takeover, so it must be a function of the event alone.
   *
   * @throws ValidationException if the text is not filters
   */
  Predicate<StreamEvent> read(String json);
}
