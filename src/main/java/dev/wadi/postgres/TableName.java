package dev.wadi.postgres;

/**
 * A table's schema and name as the catalog holds them; the one place where identifiers are quoted.
 *
 * @param schema schema name, unquoted
 * @param name table name, unquoted
 */
public record TableName(String schema, String name) implements Comparable<TableName> {

  private static final int MAX_IDENTIFIER_BYTES = 63;

  public TableName {
    requireIdentifier("schema", schema);
    requireIdentifier("table", name);
  }

  /**
   * Reads what a person wrote: {@code name} or {@code schema.name}; each part may be quoted as in
   * SQL ({@code "a.b"."c""d"}), which is needed only if it holds a dot or a quote: letters keep
   * their case. The schema defaults to {@code public}.
   *
   * @throws IllegalArgumentException if the text is not one or two identifiers, or one is longer
   *     than Postgres takes
   */
  public static TableName parse(String text) {
    var table = read(text);
    requireLength("schema", table.schema);
    requireLength("table", table.name);
    return table;
  }

  /**
   * Reads what {@link #toString} wrote of a name in a catalog, which may be longer here than there:
   * Postgres counts bytes in the encoding of the database.
   */
  public static TableName read(String text) {
    var parser = new IdentifierParser(text);
    String first = parser.next();
    if (parser.atEnd()) {
      return new TableName("public", first);
    }
    String second = parser.next();
    if (!parser.atEnd()) {
      throw parser.refused("expected table or schema.table");
    }
    return new TableName(first, second);
  }

  /** The name for use in SQL, every part quoted. */
  public String quoted() {
    return quote(schema) + "." + quote(name);
  }

  /** Quotes one identifier for use in SQL. */
  public static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /**
   * {@code schema.name}, a part quoted only where {@link #parse} needs it to read the same name
   * again.
   */
  @Override
  public String toString() {
    return readable(schema) + "." + readable(name);
  }

  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : name.compareTo(other.name);
  }

  private static String readable(String part) {
    boolean plain =
        part.indexOf('.') < 0
            && part.indexOf('"') < 0
            && part.indexOf(',') < 0
            && part.equals(part.strip());
    return plain ? part : quote(part);
  }

  private static void requireIdentifier(String what, String text) {
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(what + " name must not be empty");
    }
  }

  private static void requireLength(String what, String text) {
    int bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (bytes > MAX_IDENTIFIER_BYTES) {
      throw new IllegalArgumentException(
          what + " '" + text + "': name must be at most 63 bytes long (got " + bytes + ")");
    }
  }
}
