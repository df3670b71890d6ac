package dev.wadi.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The text of {@code routes/pipelines/<name>.camel.yaml}: one route from kamelet {@code
 * change-source} to kamelet {@code event-table-sink} with any steps between that stay in the
 * batch's thread.
 */
final class PipelineFile {

  private static final String POLICY = "pipeline-errors";

  /** What a route may have and still be nothing but source and sink. */
  private static final Set<String> ROUTE_FIELDS =
      Set.of("id", "description", "note", "routeConfigurationId", "from");

  private static final Set<String> FROM_FIELDS = Set.of("uri", "parameters", "steps");
  private static final Set<String> SINK_FIELDS = Set.of("uri", "parameters");

  private static final String SOURCE = "change-source";
  private static final String SINK = "event-table-sink";
  private static final String BACKFILL = "backfill";
  private static final List<String> SOURCE_PARAMETERS =
      List.of("table", "actions", "filters", BACKFILL);
  private static final List<String> SINK_PARAMETERS = List.of("table");
  private static final Set<String> LEAVING_STEPS =
      Set.of("threads", "wireTap", "delay", "aggregate", "resequence");
  private static final Set<String> LEAVING_SCHEMES = Set.of("seda", "vm", "disruptor");

  private final String name;
  private final String text;
  private final YamlEndpoint source;
  private final List<YamlEndpoint> sinks;
  private final List<YamlEndpoint> kamelets;
  private final List<Filter> filters;
  private final boolean plain;

  private PipelineFile(
      String name,
      String text,
      YamlEndpoint source,
      List<YamlEndpoint> kamelets,
      List<Filter> filters,
      boolean plain) {
    this.plain = plain;
    this.name = name;
    this.text = text;
    this.source = source;
    this.kamelets = kamelets;
    this.sinks = kamelets.stream().filter(kamelet -> kamelet.isKamelet(SINK)).toList();
    this.filters = filters;
  }

  /**
   * Reads a file.
   *
   * @param name of the file, without suffix
   * @throws PipelineFileException if it breaks a rule that can be seen in the text
   */
  static PipelineFile parse(String name, String text) throws PipelineFileException {
    if (!PipelineDefinition.isName(name)) {
      throw new PipelineFileException(
          0, "its name must be 1 to 63 characters of a-z, 0-9, _ and - before .camel.yaml");
    }
    var route = route(YamlNode.parse(text));
    requireId(name, route);
    var from = require(route.field("from"), route, "route must have 'from'");
    var source = YamlEndpoint.of(from);
    if (!source.isKamelet(SOURCE)) {
      throw new PipelineFileException(
          from.line(),
          "a pipeline must begin with kamelet:change-source (got '" + source.uri() + "')");
    }
    source.requireParameters(SOURCE_PARAMETERS);
    var kamelets = new ArrayList<YamlEndpoint>();
    readSteps(require(from.field("steps"), from, "'from' must have 'steps'"), kamelets);
    var file =
        new PipelineFile(name, text, source, kamelets, filters(source), isPlain(route, from));
    file.requireParameters();
    return file;
  }

  /** The text of a new file. */
  static String canonical(PipelineDefinition pipeline) {
    var filters =
        pipeline.filters().isEmpty()
            ? ""
            : "        filters: " + YamlText.scalar(Filters.json(pipeline.filters())) + "\n";
    var backfill = pipeline.backfill() ? "        backfill: true\n" : "";
    return """
    - route:
        id: %s
        description: %s
        routeConfigurationId: pipeline-errors
        from:
          uri: kamelet:change-source
          parameters:
            table: %s
            actions: %s
    %s%s      steps:
            - to:
                uri: kamelet:event-table-sink
                parameters:
                  table: %s
    """
        .formatted(
            YamlText.scalar(pipeline.name()),
            YamlText.scalar(
                "Captures " + pipeline.tables() + " into " + pipeline.eventTable() + "."),
            YamlText.scalar(pipeline.tables()),
            YamlText.scalar(String.join(",", pipeline.actions())),
            filters,
            backfill,
            YamlText.scalar(pipeline.eventTable()));
  }

  /**
   * What the file says.
   *
   * @throws PipelineRefusedException if it has several event tables, which a definition cannot say
   */
  PipelineDefinition definition() {
    if (eventTables().size() > 1) {
      throw new PipelineRefusedException(
          name,
          Map.of(
              "file",
              List.of(
                  "has several event tables " + eventTables() + "; it is changed by editing it")));
    }
    return new PipelineDefinition(
        name,
        source.parameter("table"),
        PipelineDefinition.actionsOf(source.parameter("actions")),
        filters,
        sinks.get(0).parameter("table"),
        backfill());
  }

  /** What the file says of its first event table, with placeholders filled in. */
  PipelineDefinition resolved(UnaryOperator<String> placeholders) {
    return new PipelineDefinition(
        name,
        placeholders.apply(source.parameter("table")),
        PipelineDefinition.actionsOf(placeholders.apply(source.parameter("actions"))),
        Filters.parse(placeholders.apply(source.parameter("filters"))),
        placeholders.apply(sinks.get(0).parameter("table")),
        backfill());
  }

  /** What the file says of each of its event tables, with placeholders filled in. */
  List<PipelineDefinition> perEventTable(UnaryOperator<String> placeholders) {
    var first = resolved(placeholders);
    return eventTables().stream().map(placeholders).map(first::into).toList();
  }

  /** Whether the rows that are there already become events, too. */
  private boolean backfill() {
    return source.parameter(BACKFILL).strip().equals("true");
  }

  /** Every event table that some step names. */
  List<String> eventTables() {
    return sinks.stream().map(sink -> sink.parameter("table")).distinct().toList();
  }

  /**
   * The event table, if the route has nothing but source and sink: then no step can look at a
   * single change, and a batch may be taken as a whole.
   */
  @Nullable String plainEventTable() {
    return plain ? sinks.get(0).parameter("table") : null;
  }

  /** The same file with other parameters. */
  String patched(PipelineDefinition next) {
    var edits = new YamlText(text);
    var parameters = source.parametersNode();
    var sink = sinks.get(0).parametersNode();
    if (parameters != null && sink != null) {
      var now = definition();
      edits.set(parameters, "table", next.tables());
      if (!next.actions().equals(now.actions())) {
        edits.set(parameters, "actions", String.join(",", next.actions()));
      }
      if (!next.filters().equals(now.filters())) {
        var json = next.filters().isEmpty() ? null : Filters.json(next.filters());
        edits.set(parameters, "filters", json);
      }
      if (next.backfill() != now.backfill()) {
        edits.set(parameters, BACKFILL, next.backfill() ? "true" : null);
      }
      edits.set(sink, "table", next.eventTable());
    }
    var result = edits.text();
    if (!says(result, next)) {
      throw new PipelineRefusedException(
          name,
          Map.of(
              "file",
              List.of(
                  "is written in a way that cannot be changed in place; edit routes/pipelines/"
                      + name
                      + ".camel.yaml by hand")));
    }
    return result;
  }

  /** The route that its changes come from, once it is loaded. */
  String sourceRoute(int version) {
    return name + "-source-" + version;
  }

  /**
   * The text as Camel is to load it. Camel shares a kamelet's route between all who name it with
   * equal parameters, and ends it with the first of them: each pipeline gets its own. And it takes
   * some characters of a parameter for URI syntax: they are marked to mean themselves.
   *
   * @param version another one whenever it is loaded: of a load that failed Camel remembers that
   *     the kamelet's route was made, although it is no longer there
   */
  String forCamel(int version) {
    var edits = new YamlText(text);
    own(edits, source, sourceRoute(version));
    int place = 0;
    for (var kamelet : kamelets) {
      own(edits, kamelet, name + "-" + ++place + "-" + version);
    }
    edits.setRaw(source.parametersNode());
    sinks.forEach(sink -> edits.setRaw(sink.parametersNode()));
    return edits.text();
  }

  private static void own(YamlText edits, YamlEndpoint kamelet, String id) {
    var uri = kamelet.own(id);
    var node = kamelet.uriNode();
    if (uri != null && node != null) {
      edits.replace(node, uri);
    }
  }

  /** The line of a parameter of the source. */
  int lineOfSource(String parameter) {
    return source.lineOf(parameter);
  }

  /** The line that names an event table. */
  int lineOfSink(String eventTable) {
    return sinks.stream()
        .filter(sink -> sink.parameter("table").equals(eventTable))
        .map(sink -> sink.lineOf("table"))
        .findFirst()
        .orElse(0);
  }

  private boolean says(String changed, PipelineDefinition wanted) {
    try {
      return parse(name, changed).definition().equals(wanted);
    } catch (PipelineFileException | PipelineRefusedException e) {
      return false;
    }
  }

  private void requireParameters() throws PipelineFileException {
    if (sinks.isEmpty()) {
      throw new PipelineFileException(
          source.node().line(),
          "a pipeline must end in kamelet:event-table-sink; add it as last step");
    }
    if (source.parameter("table").isBlank()) {
      throw new PipelineFileException(
          source.node().line(), "kamelet change-source must have parameter 'table'");
    }
    var backfill = source.parameter(BACKFILL).strip();
    if (!Set.of("", "true", "false").contains(backfill)) {
      throw new PipelineFileException(
          source.lineOf(BACKFILL), "backfill must be true or false (got '" + backfill + "')");
    }
    for (var sink : sinks) {
      sink.requireParameters(SINK_PARAMETERS);
      if (sink.parameter("table").isBlank()) {
        throw new PipelineFileException(
            sink.node().line(), "kamelet event-table-sink must have parameter 'table'");
      }
    }
  }

  private static List<Filter> filters(YamlEndpoint source) throws PipelineFileException {
    var text = source.parameter("filters");
    if (PipelineDefinition.endsParameter(text)) {
      throw new PipelineFileException(
          source.lineOf("filters"), "filters: write & after ) or } as \\u0026");
    }
    try {
      return Filters.parse(text);
    } catch (IllegalArgumentException e) {
      throw new PipelineFileException(source.lineOf("filters"), String.valueOf(e.getMessage()));
    }
  }

  private static YamlNode route(YamlNode root) throws PipelineFileException {
    boolean single = root.items().size() == 1;
    if (!single) {
      throw new PipelineFileException(
          root.line(), "must hold one route, as a list with the one item 'route'");
    }
    var item = root.items().get(0);
    return require(item.field("route"), item, "must hold one route, written '- route:'");
  }

  private static void requireId(String name, YamlNode route) throws PipelineFileException {
    var id = require(route.field("id"), route, "route must have 'id: " + name + "'");
    if (!name.equals(id.text())) {
      throw new PipelineFileException(
          id.line(), "route id must be the file's name '" + name + "' (got '" + id.text() + "')");
    }
  }

  private static boolean isPlain(YamlNode route, YamlNode from) {
    var policy = route.field("routeConfigurationId");
    boolean usual = policy == null || POLICY.equals(policy.text());
    var steps = from.field("steps");
    if (!usual || steps == null || steps.items().size() != 1) {
      return false;
    }
    var step = steps.items().get(0).fields();
    return step.keySet().equals(Set.of("to"))
        && SINK_FIELDS.containsAll(step.get("to").fields().keySet())
        && ROUTE_FIELDS.containsAll(route.fields().keySet())
        && FROM_FIELDS.containsAll(from.fields().keySet());
  }

  private static void readSteps(YamlNode steps, List<YamlEndpoint> kamelets)
      throws PipelineFileException {
    for (var step : steps.items()) {
      for (var entry : step.fields().entrySet()) {
        readStep(entry.getKey(), entry.getValue(), kamelets);
      }
    }
  }

  private static void readStep(String step, YamlNode content, List<YamlEndpoint> kamelets)
      throws PipelineFileException {
    var endpoint =
        step.equals("kamelet") ? YamlEndpoint.ofKamelet(content) : YamlEndpoint.of(content);
    boolean leaves = LEAVING_STEPS.contains(step) || LEAVING_SCHEMES.contains(endpoint.scheme());
    if (leaves) {
      var what = LEAVING_STEPS.contains(step) ? step : endpoint.scheme();
      throw new PipelineFileException(
          content.line(),
          "a change must be handled before its batch is stored: take '" + what + "' out");
    }
    if (endpoint.scheme().equals("kamelet") && !endpoint.uri().equals("kamelet:")) {
      kamelets.add(endpoint);
    }
    readNested(content, kamelets);
  }

  private static void readNested(YamlNode node, List<YamlEndpoint> kamelets)
      throws PipelineFileException {
    for (var entry : node.fields().entrySet()) {
      if (entry.getKey().equals("steps")) {
        readSteps(entry.getValue(), kamelets);
      } else {
        readNested(entry.getValue(), kamelets);
      }
    }
    for (var item : node.items()) {
      readNested(item, kamelets);
    }
  }

  private static YamlNode require(@Nullable YamlNode node, YamlNode parent, String rule)
      throws PipelineFileException {
    if (node == null) {
      throw new PipelineFileException(parent.line(), rule);
    }
    return node;
  }
}
