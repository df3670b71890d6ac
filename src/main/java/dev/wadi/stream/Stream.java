package dev.wadi.stream;

import dev.wadi.postgres.TableName;
import java.util.regex.Pattern;

/**
 * An event table that is offered for consuming.
 *
 * @param name letters, digits, {@code _}, {@code -} and {@code .}; at most 200
 * @param table the event table
 */
public record Stream(String name, TableName table) {

  private static final Pattern NAME = Pattern.compile("^[a-zA-Z0-9_\\-.]+$");
  private static final int MAX_NAME_LENGTH = 200;

  /**
   * @throws ValidationException if the name is not one
   */
  public Stream {
    var problem = problemOfName(name);
    if (!problem.isEmpty()) {
      throw ValidationException.of("name", problem);
    }
  }

  /** What is wrong with a name of a stream or a consumer group; empty if nothing is. */
  public static String problemOfName(String name) {
    if (!NAME.matcher(name).matches()) {
      return "Can only contain alphanumeric characters, underscores, hyphens, or dots.";
    }
    return name.length() > MAX_NAME_LENGTH
        ? "must be at most " + MAX_NAME_LENGTH + " characters long (got " + name.length() + ")"
        : "";
  }

  /**
   * To be asked before something is made under a name; what there is already must still be read.
   *
   * @throws ValidationException if nobody could name it in a path, in which it means another place
   */
  public static void requireAddressable(String name) {
    if (name.equals(".") || name.equals("..")) {
      throw ValidationException.of(
          "name", "must not be . or .., which mean another place in a path");
    }
  }
}
