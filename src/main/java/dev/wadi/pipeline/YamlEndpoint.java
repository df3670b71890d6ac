package dev.wadi.pipeline;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as a route file writes it: as text with its parameters behind a question mark, or as
 * an object with {@code uri} and {@code parameters}.
 *
 * @param node all of it
 * @param uriNode the part that holds the uri, or the name of a kamelet
 * @param uri without parameters
 * @param parameters values by name
 * @param parametersNode the object that holds the parameters; null if they are in the text
 */
public record YamlEndpoint(
    YamlNode node,
    @Nullable YamlNode uriNode,
    String uri,
    Map<String, String> parameters,
    @Nullable YamlNode parametersNode) {

  public static YamlEndpoint of(YamlNode node) {
    var uriNode = node.text() == null ? node.field("uri") : node;
    return of(node, uriNode, textOf(uriNode));
  }

  /** The step {@code kamelet: {name: …}}, which has no uri. */
  public static YamlEndpoint ofKamelet(YamlNode node) {
    var nameNode = node.text() == null ? node.field("name") : node;
    return of(node, nameNode, "kamelet:" + textOf(nameNode));
  }

  private static YamlEndpoint of(YamlNode node, @Nullable YamlNode uriNode, String whole) {
    int question = whole.indexOf('?');
    var parameters = new LinkedHashMap<String, String>();
    if (question >= 0) {
      readQuery(whole.substring(question + 1), parameters);
    }
    var object = node.field("parameters");
    if (object != null) {
      object.fields().forEach((name, value) -> parameters.put(name, String.valueOf(value.text())));
    }
    return new YamlEndpoint(
        node, uriNode, question < 0 ? whole : whole.substring(0, question), parameters, object);
  }

  public boolean isKamelet(String name) {
    return uri.equals("kamelet:" + name) || uri.startsWith("kamelet:" + name + "/");
  }

  /**
   * A name that a kamelet does not know it ignores, and with it what was meant.
   *
   * @throws PipelineFileException if a parameter is none of these, or not text
   */
  public void requireParameters(List<String> known) throws PipelineFileException {
    for (var name : parameters.keySet()) {
      if (!known.contains(name)) {
        throw new PipelineFileException(
            lineOf(name),
            "%s has no parameter '%s'; it has %s".formatted(uri, name, String.join(", ", known)));
      }
    }
    var written = parametersNode == null ? Map.<String, YamlNode>of() : parametersNode.fields();
    for (var parameter : written.entrySet()) {
      if (parameter.getValue().text() == null) {
        throw new PipelineFileException(
            parameter.getValue().line(),
            "'%s' must be text: words separated by commas, filters as JSON in quotes"
                .formatted(parameter.getKey()));
      }
    }
  }

  /**
   * What to write in place of the uri or name, so that the kamelet is not shared with other routes;
   * null if it says so itself, or is no kamelet.
   */
  public @Nullable String own(String id) {
    var text = uriNode == null ? null : uriNode.text();
    boolean shared = text != null && scheme().equals("kamelet") && !uri.contains("/");
    if (!shared) {
      return null;
    }
    int question = text.indexOf('?');
    return question < 0
        ? text + "/" + id
        : text.substring(0, question) + "/" + id + text.substring(question);
  }

  public String scheme() {
    int colon = uri.indexOf(':');
    return colon < 0 ? uri : uri.substring(0, colon);
  }

  public String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  public int lineOf(String parameter) {
    var value = parametersNode == null ? null : parametersNode.field(parameter);
    return value == null ? node.line() : value.line();
  }

  private static String textOf(@Nullable YamlNode node) {
    var text = node == null ? null : node.text();
    return text == null ? "" : text;
  }

  private static void readQuery(String query, Map<String, String> parameters) {
    for (var pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
      }
    }
  }

  private static String decoded(String text) {
    boolean raw = text.startsWith("RAW(") && text.endsWith(")");
    if (raw) {
      return text.substring(4, text.length() - 1);
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
