package dev.wadi.capture;

import dev.wadi.postgres.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the rows of a table are sorted by its key, written with the operators of the key's index. A
 * type may have other ones than {@code <} and {@code >}, or have them in a schema that is not in
 * the search path.
 *
 * @param columns names of the key's columns in the order of its index
 * @param types their types as SQL names them
 * @param before the operator of each for a value that comes before another
 * @param notBefore the same or behind it
 * @param behind behind it
 */
record KeyOrder(
    List<String> columns,
    List<String> types,
    List<String> before,
    List<String> notBefore,
    List<String> behind) {

  /** Reads what {@code find_backfill_table} says. */
  static KeyOrder read(ResultSet row) throws SQLException {
    return new KeyOrder(
        texts(row, "key_names"),
        texts(row, "key_types"),
        texts(row, "key_before"),
        texts(row, "key_not_before"),
        texts(row, "key_behind"));
  }

  /** The columns as a table's definition has them. */
  List<String> typedColumns() {
    return IntStream.range(0, columns.size())
        .mapToObj(n -> column(n) + " " + types.get(n))
        .toList();
  }

  /** What {@code order by} takes. */
  String ascending() {
    return IntStream.range(0, columns.size())
        .mapToObj(n -> column(n) + " using " + before.get(n))
        .collect(Collectors.joining(", "));
  }

  /** The condition that a row is behind a key, which is given by {@link #parameters}. */
  String behindKey() {
    if (!comparesRows()) {
      return behindKey(0);
    }
    return row(this::column) + " " + behind.get(0) + " " + row(this::value);
  }

  /** The parameters of {@link #behindKey} for the values of a key. */
  List<String> parameters(List<String> key) {
    if (comparesRows()) {
      return key;
    }
    var parameters = new ArrayList<String>();
    for (int n = 0; n < key.size(); n++) {
      boolean last = n == key.size() - 1;
      parameters.addAll(last ? List.of(key.get(n)) : List.of(key.get(n), key.get(n)));
    }
    return parameters;
  }

  /** A comparison of rows, which an index answers at once, takes one operator for all columns. */
  private boolean comparesRows() {
    return new HashSet<>(behind).size() == 1;
  }

  private String behindKey(int n) {
    var isBehind = column(n) + " " + behind.get(n) + " " + value(n);
    if (n == columns.size() - 1) {
      return isBehind;
    }
    var isNotBefore = column(n) + " " + notBefore.get(n) + " " + value(n);
    return isNotBefore + " and (" + isBehind + " or " + behindKey(n + 1) + ")";
  }

  private String row(IntFunction<String> part) {
    return IntStream.range(0, columns.size())
        .mapToObj(part)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private String column(int n) {
    return TableName.quote(columns.get(n));
  }

  private String value(int n) {
    return "?::" + types.get(n);
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }
}
