package dev.wadi.capture;

import dev.wadi.change.Action;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table that the stream has changed since a moment, by the transactions that did.
 *
 * <p>A row is told by the columns that every old row carries, so a change of its key is seen from
 * both sides. Where they are not all there, any row may have been meant.
 */
public final class ChangedRows {

  private static final long MOST = 250_000;

  private final long tableOid;
  private final List<String> identity;
  private final Predicate<Action> counts;
  private final Map<Long, Set<String>> byTransaction = new HashMap<>();
  private final Set<Long> anyRow = new HashSet<>();
  private @Nullable Snapshot seen;
  private long noted;

  /**
   * @param counts which changes matter; a truncate always does
   */
  public ChangedRows(BackfillTable table, Predicate<Action> counts) {
    this.tableOid = table.oid();
    this.identity = table.identity();
    this.counts = counts;
  }

  /** Takes note of what the stream brings. */
  public void note(RawChange change) {
    boolean matters =
        change.relation().table().oid() == tableOid
            && (change.action() == Action.TRUNCATE || counts.test(change.action()))
            && (seen == null || !seen.sees(change.transactionId()));
    if (!matters) {
      return;
    }
    if (change.action() == Action.TRUNCATE) {
      anyRow.add(change.transactionId());
    }
    note(change, change.before());
    note(change, change.after());
  }

  /** From now on only that matters which the rows of a chunk do not show. */
  public void seenBy(Chunk chunk) {
    var snapshot = chunk.snapshot();
    seen = snapshot;
    byTransaction.keySet().removeIf(snapshot::sees);
    anyRow.removeIf(snapshot::sees);
    noted = byTransaction.values().stream().mapToLong(Set::size).sum();
  }

  /** Whether rows were changed that cannot be told. */
  public boolean mayBeAny() {
    return !anyRow.isEmpty();
  }

  /** Whether they should not be kept in memory any longer. */
  public boolean areTooMany() {
    return noted > MOST;
  }

  /** The rows that were changed and can be told, as {@link #key} tells them. */
  Set<String> keys() {
    var keys = new HashSet<String>();
    byTransaction.values().forEach(keys::addAll);
    return keys;
  }

  private void note(RawChange change, @Nullable String @Nullable [] row) {
    if (row == null) {
      return;
    }
    var key = key(change.relation().columns(), row);
    if (key == null) {
      anyRow.add(change.transactionId());
    } else {
      noted++;
      byTransaction.computeIfAbsent(change.transactionId(), id -> new HashSet<>()).add(key);
    }
  }

  /** The text that tells a row; null if a column of it is not there. */
  @Nullable String key(List<String> columns, @Nullable String[] row) {
    var key = new StringBuilder();
    for (var column : identity) {
      int place = columns.indexOf(column);
      if (place < 0 || row[place] == null || !RawChange.isKnown(row[place])) {
        return null;
      }
      key.append(row[place]).append('\0');
    }
    return key.toString();
  }
}
