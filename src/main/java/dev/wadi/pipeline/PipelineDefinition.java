package dev.wadi.pipeline;

import dev.wadi.change.Action;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.TablePattern;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a pipeline captures and where to, as file and API say it.
 *
 * @param name the route's id and the file's name
 * @param tables source tables and patterns, separated by commas
 * @param actions words, see {@link Action}
 * @param eventTable where the events go
 * @param backfill whether the rows that are there already become events, too
 */
public record PipelineDefinition(
    String name,
    String tables,
    List<String> actions,
    List<Filter> filters,
    String eventTable,
    boolean backfill) {

  public static final List<String> DEFAULT_ACTIONS = List.of("insert", "update", "delete");

  private static final Pattern ENDS_PARAMETER = Pattern.compile("[)}]&");
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}");

  public PipelineDefinition {
    actions = List.copyOf(actions);
    filters = List.copyOf(filters);
  }

  /** One that captures changes only. */
  public PipelineDefinition(
      String name, String tables, List<String> actions, List<Filter> filters, String eventTable) {
    this(name, tables, actions, filters, eventTable, false);
  }

  /**
   * What is wrong with it, by the field names of the API; empty if nothing that can be seen without
   * a database.
   */
  public Map<String, List<String>> problems() {
    var problems = new TreeMap<String, List<String>>();
    if (!isName(name)) {
      problems.put(
          "name", List.of("must be 1 to 63 characters of a-z, 0-9, _ and - (got '" + name + "')"));
    }
    check(problems, "source.table", tables, this::sources);
    check(problems, "actions", String.join(",", actions), this::wanted);
    check(problems, "destination.table", eventTable, this::destination);
    return problems;
  }

  /** Whether Camel would take what follows in a text for another parameter of the endpoint. */
  static boolean endsParameter(String text) {
    return ENDS_PARAMETER.matcher(text).find();
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** The words of a list separated by commas; the default of a blank one. */
  static List<String> actionsOf(String list) {
    return list.isBlank()
        ? DEFAULT_ACTIONS
        : Arrays.stream(list.split(",")).map(String::strip).toList();
  }

  /** The same into another event table. */
  PipelineDefinition into(String otherEventTable) {
    return new PipelineDefinition(name, tables, actions, filters, otherEventTable, backfill);
  }

  List<TablePattern> sources() {
    return TablePattern.parseList(tables);
  }

  Set<Action> wanted() {
    var wanted = EnumSet.noneOf(Action.class);
    actions.forEach(word -> wanted.add(captured(word)));
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("should have at least 1 item(s)");
    }
    return wanted;
  }

  private static Action captured(String word) {
    var action = Action.parse(word);
    if (action == Action.READ) {
      throw new IllegalArgumentException(
          "action 'read': comes of a backfill, not of a change; set backfill to true instead");
    }
    return action;
  }

  TableName destination() {
    return TableName.parse(eventTable);
  }

  private static void check(
      Map<String, List<String>> problems, String field, String text, Runnable reading) {
    boolean blank = text.isBlank() && !field.equals("actions");
    if (blank) {
      problems.put(field, List.of("can't be blank"));
      return;
    }
    if (endsParameter(text)) {
      problems.put(field, List.of("cannot hold )& or }&, which end a parameter of a route"));
      return;
    }
    try {
      reading.run();
    } catch (IllegalArgumentException e) {
      problems.put(field, List.of(String.valueOf(e.getMessage())));
    }
  }
}
