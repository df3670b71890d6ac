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
 * @param identity indexes of the columns that an old row carries; all of them under replica
 *     identity full
 */
public record Relation(SourceTable table, List<String> columns, int[] key, int[] identity) {

  /** Whether the old row is known in full. */
  boolean identityFull() {
    return identity.length == columns.size();
  }
}
