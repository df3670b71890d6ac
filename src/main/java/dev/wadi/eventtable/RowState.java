package dev.wadi.eventtable;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the log knows of one source row at a time.
 *
 * @param state {@code present}, {@code deleted}, {@code moved} to another key, {@code absent}
 *     before its insert, or {@code unknown}
 * @param record the row, if present, without what is {@code unavailable}
 * @param event the last event until then; null if there is none
 * @param movedTo the key that the row had instead of this one
 * @param nextEvent the first event after it, where there is none before
 * @param doubts what the log cannot know, in the words of {@link RowStates}
 */
public record RowState(
    String recordPk,
    String state,
    @JsonRawValue @Nullable String record,
    @Nullable List<String> unavailable,
    @Nullable Mark event,
    @Nullable String movedTo,
    @Nullable Mark nextEvent,
    List<String> doubts) {

  /** An event, named. */
  public record Mark(long id, String action, Instant committedAt) {}

  /** Whether the row was among the table's rows, or may have been. */
  boolean isOrMayBeThere() {
    return state.equals("present") || !doubts.isEmpty();
  }
}
