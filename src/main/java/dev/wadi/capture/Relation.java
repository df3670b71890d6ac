package dev.wadi.capture;

import dev.wadi.change.SourceTable;
import java.util.List;

/**
 * The shape a source table had when its change was written.
 *
 * @param table the table; for a partition the root it belongs to
 * @param columns column names in attribute-number order
 * @param key indexes into {@code columns} of the key columns, in attribute-number order; empty
 *     without a key
 */
public record Relation(SourceTable table, List<String> columns, int[] key) {}
