package dev.wadi.postgres;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * SQL that gives a role exactly what Wadi needs, for an administrator to run. It may be run again
 * and takes nothing away.
 */
public final class Grants {

  /** What encloses blocks of the script; a name that holds it would end them early. */
  private static final String QUOTE = "$wadi$";

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
    var all = new LinkedHashMap<>(names);
    all.put("role", role);
    var sql = Sql.load("grants/" + part);
    for (var name : all.entrySet()) {
      requireNoQuote(name.getValue());
      sql =
          sql.replace("{" + name.getKey() + "}", TableName.quote(name.getValue()))
              .replace("{" + name.getKey() + "_text}", text(name.getValue()));
    }
    script.append(sql.strip()).append("\n\n");
    return this;
  }

  private void add(String part, Map<String, String> names, TableName table) {
    requireNoQuote(table.quoted());
    int start = script.length();
    add(part, names);
    var sql =
        script
            .substring(start)
            .replace("{table}", table.quoted())
            .replace("{table_text}", text(table.quoted()));
    script.replace(start, script.length(), sql);
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
