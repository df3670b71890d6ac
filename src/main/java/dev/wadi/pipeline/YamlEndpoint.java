package dev.wadi.pipeline;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as a route file writes it: as text with its parameters behind a question mark, or as
 * an object with {@code uri} and {@code parameters}.
 *
 * @param node all of it
 * @param uri without parameters
 * @param parameters values by name
 * @param parametersNode the object that holds the parameters; null if they are in the text
 */
record YamlEndpoint(
    YamlNode node, String uri, Map<String, String> parameters, @Nullable YamlNode parametersNode) {

  static YamlEndpoint of(YamlNode node) {
    var uriNode = node.text() == null ? node.field("uri") : node;
    var text = uriNode == null ? null : uriNode.text();
    var whole = text == null ? kamelet(node) : text;
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
        node, question < 0 ? whole : whole.substring(0, question), parameters, object);
  }

  boolean isKamelet(String name) {
    return uri.equals("kamelet:" + name) || uri.startsWith("kamelet:" + name + "/");
  }

  String scheme() {
    int colon = uri.indexOf(':');
    return colon < 0 ? uri : uri.substring(0, colon);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  int lineOf(String parameter) {
    var value = parametersNode == null ? null : parametersNode.field(parameter);
    return value == null ? node.line() : value.line();
  }

  /** The step {@code kamelet: {name: …}}, which has no uri. */
  private static String kamelet(YamlNode node) {
    var name = node.field("name");
    return name == null ? "" : "kamelet:" + name.text();
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
