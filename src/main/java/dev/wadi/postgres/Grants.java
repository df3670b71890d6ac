package dev.wadi.postgres;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL that gives a role exactly what Wadi needs, for an administrator to run. It may be run again
 * and takes nothing away.
 */
public final class Grants {

  /** What encloses blocks of the script; a name that holds it would end them early. */
  private static final String QUOTE = "$wadi$";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+)}");

  private final String role;
  private final StringBuilder script = new StringBuilder();

  /** For a role, which the script makes if it is not there. */
  public Grants(String role) {
    this.role = role;
    add("role", Map.of());
  }

  /** Lets the role into a database. */
  public Grants connect(String database) {
    return add("connect", Map.of("database", database));
  }

  /** Lets it capture these tables through a publication. */
  public Grants capture(String publication, Collection<TableName> tables) {
    add("capture", Map.of("publication", publication));
    for (var table : tables) {
      add(
          "publish",
          Map.of("publication", publication, "schema", table.schema(), "name", table.name()),
          table);
    }
    return this;
  }

  /** Lets it read the rows of tables for a backfill. */
  public Grants backfill(Collection<TableName> tables) {
    tables.forEach(table -> add("backfill", Map.of("schema", table.schema()), table));
    return this;
  }

  /** Lets it keep schema {@code wadi}. */
  public Grants keepSchema() {
    return add("schema", Map.of());
  }

  /** Lets it make event tables in some schemas, and append to those that are there. */
  public Grants append(Collection<String> schemas, Collection<TableName> eventTables) {
    var all = new TreeSet<>(schemas);
    eventTables.forEach(table -> all.add(table.schema()));
    all.forEach(schema -> add("event_schema", Map.of("schema", schema)));
    eventTables.forEach(table -> add("event_table", Map.of(), table));
    return this;
  }

  /** The statements. */
  public String script() {
    return script.toString();
  }

  private Grants add(String part, Map<String, String> names) {
    return fill(part, values(names));
  }

  private void add(String part, Map<String, String> names, TableName table) {
    requireNoQuote(table.quoted());
    var values = values(names);
    values.put("table", table.quoted());
    values.put("table_text", text(table.quoted()));
    fill(part, values);
  }

  /** Each name as an identifier and, with {@code _text}, as a literal. */
  private Map<String, String> values(Map<String, String> names) {
    var all = new HashMap<>(names);
    all.put("role", role);
    var values = new HashMap<String, String>();
    all.forEach(
        (key, name) -> {
          requireNoQuote(name);
          values.put(key, TableName.quote(name));
          values.put(key + "_text", text(name));
        });
    return values;
  }

  /** In one pass: a name may look like a placeholder. */
  private Grants fill(String part, Map<String, String> values) {
    var sql =
        PLACEHOLDER
            .matcher(Sql.load("grants/" + part).strip())
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
    script.append(sql).append("\n\n");
    return this;
  }

  private static void requireNoQuote(String name) {
    if (name.contains(QUOTE)) {
      throw new IllegalArgumentException(
          "name '" + name + "': must not hold " + QUOTE + "; grant its rights by hand");
    }
  }

  /** A literal; standard_conforming_strings is on since Postgres 9.1. */
  private static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
