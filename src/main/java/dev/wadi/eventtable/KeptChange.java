package dev.wadi.eventtable;

import dev.wadi.change.Change;

/**
 * A change that waited for its pipeline.
 *
 * @param id its row in {@code wadi.kept_changes}
 */
public record KeptChange(long id, String pipeline, Change change) {}
