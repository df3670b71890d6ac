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
 * <p>Only what the replica identity carries of an old row is believed: the rest is absent, never a
 * default.
 */
public final class ChangeMapper {

  /** The change that an event table stores. */
  public Change map(RawChange raw) {
    var relation = raw.relation();
    var row = raw.action() == Action.DELETE ? raw.before() : raw.after();
    int[] known = raw.action() == Action.DELETE ? relation.identity() : null;
    return new Change(
        relation.table(),
        raw.action(),
        row == null ? "" : RecordKey.of(relation, row),
        row == null ? new Row("{}") : new Row(object(relation.columns(), row, known)),
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
    return new Row(differences(raw.relation(), before, after));
  }

  private static String differences(
      Relation relation, @Nullable String[] before, @Nullable String[] after) {
    var json = new StringBuilder(64).append('{');
    for (int i : relation.identity()) {
      boolean bothKnown =
          before[i] != JsonTextConverter.UNAVAILABLE && after[i] != JsonTextConverter.UNAVAILABLE;
      if (bothKnown && !java.util.Objects.equals(before[i], after[i])) {
        append(json, relation.columns().get(i), before[i]);
      }
    }
    return json.append('}').toString();
  }

  private static String object(
      List<String> columns, @Nullable String[] row, int @Nullable [] known) {
    var json = new StringBuilder(columns.size() * 24).append('{');
    int count = known == null ? columns.size() : known.length;
    for (int n = 0; n < count; n++) {
      int i = known == null ? n : known[n];
      if (row[i] != JsonTextConverter.UNAVAILABLE) {
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
    json.append(':').append(value == null ? "null" : value);
  }

  private static List<String> unavailable(List<String> columns, @Nullable String[] row) {
    List<String> names = List.of();
    for (int i = 0; i < row.length; i++) {
      if (row[i] == JsonTextConverter.UNAVAILABLE) {
        names = names.isEmpty() ? new ArrayList<>() : names;
        names.add(columns.get(i));
      }
    }
    return names;
  }
}
