package dev.wadi.webhook;

import dev.wadi.pipeline.PipelineFileException;
import dev.wadi.pipeline.YamlEndpoint;
import dev.wadi.pipeline.YamlNode;
import dev.wadi.pipeline.YamlText;
import dev.wadi.stream.Stream;
import dev.wadi.stream.ValidationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The text of {@code routes/webhooks/<name>.camel.yaml}: one route that begins with kamelet {@code
 * stream-source}, with any steps that end before the route does.
 */
final class WebhookFile {

  private static final String SOURCE = "stream-source";
  private static final String SINK = "webhook-sink";

  private static final List<String> SOURCE_PARAMETERS =
      List.of("stream", "consumer", "batch_size", "max_concurrency", "retry_delays_ms");

  private static final List<String> SINK_PARAMETERS =
      List.of("url", "secret", "previous_secret", "headers", "timeout_ms");

  /** After these a route ends while messages are still on their way, and would be acked. */
  private static final Set<String> LEAVING_STEPS = Set.of("aggregate", "resequence");

  private static final Set<String> LEAVING_SCHEMES = Set.of("seda", "vm", "disruptor");

  private final String name;
  private final String text;
  private final YamlEndpoint source;
  private final List<YamlEndpoint> kamelets = new ArrayList<>();
  private final UnaryOperator<String> placeholders;

  private WebhookFile(
      String name, String text, YamlEndpoint source, UnaryOperator<String> placeholders) {
    this.name = name;
    this.text = text;
    this.source = source;
    this.placeholders = placeholders;
  }

  /**
   * Reads a file.
   *
   * @param name of the file, without suffix
   * @param placeholders fills them in
   * @throws PipelineFileException if it breaks a rule that can be seen in the text
   */
  static WebhookFile parse(
      String name, String text, ReceiverUrls urls, UnaryOperator<String> placeholders)
      throws PipelineFileException {
    var problem = Stream.problemOfName(name);
    if (!problem.isEmpty()) {
      throw new PipelineFileException(0, "its name before .camel.yaml " + problem);
    }
    var route = route(YamlNode.parse(text));
    requireId(name, route);
    var from = require(route.field("from"), route, "route must have 'from'");
    var source = YamlEndpoint.of(from);
    if (!source.uri().equals("kamelet:" + SOURCE)) {
      throw new PipelineFileException(
          from.line(),
          "a webhook must begin with kamelet:stream-source (got '" + source.uri() + "')");
    }
    var steps = require(from.field("steps"), from, "'from' must have 'steps'");
    var file = new WebhookFile(name, text, source, placeholders);
    file.readSteps(steps);
    file.requireSource();
    for (var kamelet : file.kamelets) {
      if (kamelet.isKamelet(SINK)) {
        file.requireSink(kamelet, urls);
      }
    }
    return file;
  }

  /** The consumer group that it receives from. */
  String consumer() throws PipelineFileException {
    return resolved(source, "consumer");
  }

  int lineOfConsumer() {
    return source.lineOf("consumer");
  }

  /** The route that its messages come from, once it is loaded. */
  String sourceRoute(int version) {
    return name + "-source-" + version;
  }

  /**
   * The text as Camel is to load it: with kamelets that it shares with no other file, and values
   * that are not taken for parts of a URI.
   *
   * @param version another one whenever it is loaded: of a load that failed Camel remembers that
   *     the kamelet's route was made, although it is no longer there
   */
  String forCamel(int version) {
    var edits = new YamlText(text);
    own(edits, source, sourceRoute(version));
    edits.setRaw(source.parametersNode());
    int place = 0;
    for (var kamelet : kamelets) {
      own(edits, kamelet, name + "-" + ++place + "-" + version);
      if (kamelet.isKamelet(SINK)) {
        edits.setRaw(kamelet.parametersNode());
      }
    }
    return edits.text();
  }

  private static void own(YamlText edits, YamlEndpoint kamelet, String id) {
    var uri = kamelet.own(id);
    var node = kamelet.uriNode();
    if (uri != null && node != null) {
      edits.replace(node, uri);
    }
  }

  private void requireSource() throws PipelineFileException {
    source.requireParameters(SOURCE_PARAMETERS);
    requireGiven(source, "stream");
    requireGiven(source, "consumer");
    var problem = Stream.problemOfName(consumer());
    if (!problem.isEmpty()) {
      throw new PipelineFileException(lineOfConsumer(), "consumer " + problem);
    }
    if (WebhookDefinition.isGroupOfWebhook(consumer())) {
      throw new PipelineFileException(
          lineOfConsumer(), "consumer must not begin with webhook., as those of the API's do");
    }
    requireBetween(source, "batch_size", 1, 1_000);
    requireBetween(source, "max_concurrency", 1, 200);
    var delays = resolved(source, "retry_delays_ms");
    require(source, "retry_delays_ms", () -> RetrySchedule.parse(delays));
  }

  private void requireSink(YamlEndpoint sink, ReceiverUrls urls) throws PipelineFileException {
    sink.requireParameters(SINK_PARAMETERS);
    requireGiven(sink, "url");
    requireGiven(sink, "secret");
    requireBetween(sink, "timeout_ms", 100, 300_000);
    var url = resolved(sink, "url");
    var secret = resolved(sink, "secret");
    var previous = resolved(sink, "previous_secret");
    var headers = resolved(sink, "headers");
    require(sink, "url", () -> urls.require(url));
    require(sink, "secret", () -> SigningSecret.parse(secret));
    if (!previous.isEmpty()) {
      require(sink, "previous_secret", () -> SigningSecret.parse(previous));
    }
    require(sink, "headers", () -> ReceiverHeaders.parse(headers));
  }

  private static void require(YamlEndpoint endpoint, String parameter, Runnable check)
      throws PipelineFileException {
    try {
      check.run();
    } catch (ValidationException e) {
      throw new PipelineFileException(
          endpoint.lineOf(parameter),
          parameter + " " + e.errors().values().iterator().next().get(0));
    }
  }

  private void requireBetween(YamlEndpoint endpoint, String parameter, int least, int most)
      throws PipelineFileException {
    if (endpoint.parameter(parameter).isEmpty()) {
      return;
    }
    var value = resolved(endpoint, parameter);
    boolean fits =
        value.matches("[0-9]{1,9}")
            && Integer.parseInt(value) >= least
            && Integer.parseInt(value) <= most;
    if (!fits) {
      throw new PipelineFileException(
          endpoint.lineOf(parameter),
          "%s must be between %d and %d (got '%s')".formatted(parameter, least, most, value));
    }
  }

  private static void requireGiven(YamlEndpoint endpoint, String parameter)
      throws PipelineFileException {
    if (endpoint.parameter(parameter).isBlank()) {
      throw new PipelineFileException(
          endpoint.node().line(), endpoint.uri() + " must have parameter '" + parameter + "'");
    }
  }

  /** A parameter as the kamelet gets it. */
  private String resolved(YamlEndpoint endpoint, String parameter) throws PipelineFileException {
    var value = endpoint.parameter(parameter);
    boolean raw = value.matches("(?s)RAW\\(.*\\)|RAW\\{.*}");
    try {
      return placeholders.apply(raw ? value.substring(4, value.length() - 1) : value);
    } catch (IllegalArgumentException e) {
      throw new PipelineFileException(
          endpoint.lineOf(parameter), parameter + " cannot be filled in: " + e.getMessage());
    }
  }

  private void readSteps(YamlNode steps) throws PipelineFileException {
    for (var step : steps.items()) {
      for (var entry : step.fields().entrySet()) {
        readStep(entry.getKey(), entry.getValue());
      }
    }
  }

  private void readStep(String step, YamlNode content) throws PipelineFileException {
    var endpoint =
        step.equals("kamelet") ? YamlEndpoint.ofKamelet(content) : YamlEndpoint.of(content);
    boolean leaves = LEAVING_STEPS.contains(step) || LEAVING_SCHEMES.contains(endpoint.scheme());
    if (leaves) {
      var what = LEAVING_STEPS.contains(step) ? step : endpoint.scheme();
      throw new PipelineFileException(
          content.line(),
          "a message must be handled before its route ends, which acks it: take '"
              + what
              + "' out");
    }
    if (endpoint.scheme().equals("kamelet") && !endpoint.uri().equals("kamelet:")) {
      kamelets.add(endpoint);
    }
    readNested(content);
  }

  private void readNested(YamlNode node) throws PipelineFileException {
    for (var entry : node.fields().entrySet()) {
      if (entry.getKey().equals("steps")) {
        readSteps(entry.getValue());
      } else {
        readNested(entry.getValue());
      }
    }
    for (var item : node.items()) {
      readNested(item);
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

  private static YamlNode require(@Nullable YamlNode node, YamlNode parent, String rule)
      throws PipelineFileException {
    if (node == null) {
      throw new PipelineFileException(parent.line(), rule);
    }
    return node;
  }
}
