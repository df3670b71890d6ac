package dev.wadi.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tables by name, or by a name with {@code *} for any characters: {@code public.*}, {@code
 * sales.order_*}.
 *
 * <p>A pattern never means a table of the system or of schema {@code wadi}.
 */
public final class TablePattern {

  private final String text;
  private final @Nullable TableName exact;
  private final Pattern schema;
  private final Pattern name;

  private TablePattern(String text, @Nullable TableName exact, String schema, String name) {
    this.text = text;
    this.exact = exact;
    this.schema = Pattern.compile(schema, Pattern.DOTALL);
    this.name = Pattern.compile(name, Pattern.DOTALL);
  }

  /**
   * Reads names and patterns separated by commas. A part that is quoted as in SQL holds no pattern.
   *
   * @throws IllegalArgumentException if one of them is neither
   */
  public static List<TablePattern> parseList(String list) {
    var patterns = new ArrayList<TablePattern>();
    for (var item : split(list, ',')) {
      patterns.add(parse(item.strip()));
    }
    return List.copyOf(patterns);
  }

  private static TablePattern parse(String text) {
    var parts = split(text, '.');
    boolean pattern = parts.stream().anyMatch(part -> isOpen(part) && part.contains("*"));
    if (!pattern) {
      var table = TableName.parse(text);
      return new TablePattern(table.toString(), table, "", "");
    }
    if (parts.size() > 2) {
      throw new IllegalArgumentException(
          "table pattern '" + text + "': expected a pattern like public.* or public.order_*");
    }
    var schema = parts.size() == 1 ? "public" : parts.get(0);
    return new TablePattern(text, null, regex(schema), regex(parts.get(parts.size() - 1)));
  }

  /** The one table that is meant; null for a pattern. */
  public @Nullable TableName exact() {
    return exact;
  }

  public boolean matches(TableName table) {
    if (exact != null) {
      return exact.equals(table);
    }
    boolean internal =
        table.schema().equals(WadiSchema.NAME)
            || table.schema().equals("information_schema")
            || table.schema().startsWith("pg_");
    return !internal
        && schema.matcher(table.schema()).matches()
        && name.matcher(table.name()).matches();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TablePattern pattern && pattern.text.equals(text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text);
  }

  private static boolean isOpen(String part) {
    return !part.strip().startsWith("\"");
  }

  private static String regex(String part) {
    if (!isOpen(part)) {
      return Pattern.quote(new IdentifierParser(part).next());
    }
    var regex = new StringBuilder();
    for (var piece : part.strip().split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(piece));
    }
    return regex.toString();
  }

  private static List<String> split(String text, char separator) {
    var parts = new ArrayList<String>();
    boolean quoted = false;
    int start = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(start, at));
        start = at + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }
}
