package dev.wadi.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements under {@code sql/}, whose parameters are written {@code :?name} as camel-jdbc
 * does.
 */
public final class Sql {

  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+)");
  private static final Pattern NAME = Pattern.compile("\\{(?:table|partition)}");

  private Sql() {}

  /**
   * Reads {@code sql/<name>.sql} from the class path without its comment lines, in which camel-jdbc
   * would look for parameters.
   *
   * @param name such as {@code eventtable/append}
   */
  public static String load(String name) {
    return read("/sql/" + name + ".sql")
        .lines()
        .filter(line -> !line.stripLeading().startsWith("--"))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Puts the name of a table where the statement says {@code {table}}.
   *
   * @throws IllegalArgumentException if camel-jdbc would take part of the name for a parameter
   */
  public static String forTable(String sql, TableName table) {
    requireNoParameter(table);
    return sql.replace("{table}", table.quoted());
  }

  /**
   * Puts the names of a table and of one of its partitions where the statement says {@code {table}}
   * and {@code {partition}}.
   *
   * @throws IllegalArgumentException if camel-jdbc would take part of a name for a parameter
   */
  public static String forPartition(String sql, TableName table, TableName partition) {
    requireNoParameter(table);
    requireNoParameter(partition);
    return NAME.matcher(sql)
        .replaceAll(
            name -> {
              var named = name.group().equals("{table}") ? table : partition;
              return Matcher.quoteReplacement(named.quoted());
            });
  }

  /** Whether camel-jdbc would take part of a table's name for a parameter. */
  public static boolean holdsParameter(TableName table) {
    return PARAMETER.matcher(table.quoted()).find();
  }

  private static void requireNoParameter(TableName table) {
    if (holdsParameter(table)) {
      throw new IllegalArgumentException(
          "table '" + table + "': name must not hold ':?' before a letter; rename the table");
    }
  }

  /**
   * Prepares a statement and binds its parameters by name, as camel-jdbc would.
   *
   * @throws IllegalArgumentException if a parameter has no value; null is a value
   */
  public static PreparedStatement prepare(
      Connection connection, String sql, Map<String, ? extends @Nullable Object> parameters)
      throws SQLException {
    var names = PARAMETER.matcher(sql);
    var statement = connection.prepareStatement(names.replaceAll("?"));
    names.reset();
    for (int place = 1; names.find(); place++) {
      bind(statement, place, names.group(1), parameters);
    }
    return statement;
  }

  private static void bind(
      PreparedStatement statement,
      int place,
      String name,
      Map<String, ? extends @Nullable Object> parameters)
      throws SQLException {
    if (!parameters.containsKey(name)) {
      statement.close();
      throw new IllegalArgumentException("SQL parameter '" + name + "': must have a value");
    }
    statement.setObject(place, parameters.get(name));
  }

  private static String read(String path) {
    try (var stream = Sql.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new IllegalStateException("no resource " + path + "; this indicates a bug");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read resource " + path, e);
    }
  }
}
