package dev.wadi.capture;

import dev.wadi.change.Action;
import dev.wadi.change.Change;
import dev.wadi.change.Row;
import dev.wadi.postgres.JsonText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Change} of a raw change: puts {@code record} and {@code changes} together from the
 * columns' JSON texts.
 *
 * <p>What Postgres did not send of a row is absent, never a null.
 */
public final class ChangeMapper {

  /** The change that an event table stores. */
  public Change map(RawChange raw) {
    var relation = raw.relation();
    var row = raw.action() == Action.DELETE ? raw.before() : raw.after();
    return new Change(
        relation.table(),
        raw.action(),
        row == null ? "" : RecordKey.of(relation, row),
        row == null ? new Row("{}") : new Row(object(relation.columns(), row)),
        changes(raw),
        row == null ? List.of() : unavailable(relation.columns(), row),
        raw.committedAtMicros(),
        raw.lsn(),
        raw.ordinal(),
        raw.transactionId(),
        raw.annotations());
  }

  private static @Nullable Row changes(RawChange raw) {
    var before = raw.before();
    var after = raw.after();
    if (raw.action() != Action.UPDATE || before == null || after == null) {
      return null;
    }
    var differences = differences(raw.relation().columns(), before, after);
    // Postgres sends a key that is stored out of line although it is the same: that tells nothing
    // of the others.
    boolean isKnown = differences.length() > 2 || isWhole(before);
    return isKnown ? new Row(differences) : null;
  }

  private static boolean isWhole(@Nullable String[] row) {
    for (var value : row) {
      if (value == RawChange.NOT_IN_IDENTITY) {
        return false;
      }
    }
    return true;
  }

  private static String differences(
      List<String> columns, @Nullable String[] before, @Nullable String[] after) {
    var json = new StringBuilder(64).append('{');
    for (int i = 0; i < before.length; i++) {
      boolean bothKnown = RawChange.isKnown(before[i]) && RawChange.isKnown(after[i]);
      if (bothKnown && !orNull(before[i]).equals(orNull(after[i]))) {
        append(json, columns.get(i), before[i]);
      }
    }
    return json.append('}').toString();
  }

  private static String object(List<String> columns, @Nullable String[] row) {
    var json = new StringBuilder(columns.size() * 24).append('{');
    for (int i = 0; i < row.length; i++) {
      if (RawChange.isKnown(row[i])) {
        append(json, columns.get(i), row[i]);
      }
    }
    return json.append('}').toString();
  }

  private static void append(StringBuilder json, String column, @Nullable String value) {
    if (json.length() > 1) {
      json.append(',');
    }
    JsonText.quote(json, column);
    json.append(':').append(orNull(value));
  }

  /** SQL null and the {@code null} of JSON are the same in an event. */
  private static String orNull(@Nullable String value) {
    return value == null ? "null" : value;
  }

  private static List<String> unavailable(List<String> columns, @Nullable String[] row) {
    List<String> names = List.of();
    for (int i = 0; i < row.length; i++) {
      if (row[i] == RawChange.UNAVAILABLE) {
        names = names.isEmpty() ? new ArrayList<>() : names;
        names.add(columns.get(i));
      }
    }
    return names;
  }
}
