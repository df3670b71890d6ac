package dev.wadi.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The paths of the contract, to tell what is not there from what may not be done. */
final class ApiPaths {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private record Path(Pattern pattern, Set<String> methods) {}

  private final List<Path> paths = new ArrayList<>();

  ApiPaths(JsonNode contract) {
    for (var path : contract.path("paths").properties()) {
      paths.add(new Path(pattern(path.getKey()), methods(path.getValue())));
    }
  }

  /**
   * The methods that a path below {@code /api} takes, in upper case; empty if there is no such
   * path.
   */
  Set<String> methodsOf(String path) {
    var methods = new TreeSet<String>();
    for (var known : paths) {
      if (known.pattern.matcher(path).matches()) {
        methods.addAll(known.methods);
      }
    }
    return methods;
  }

  private static Pattern pattern(String template) {
    var parts = template.split("(?<=\\})|(?=\\{)");
    var regex = new StringBuilder("/api");
    for (var part : parts) {
      regex.append(part.startsWith("{") ? "[^/]+" : Pattern.quote(part));
    }
    return Pattern.compile(regex.toString());
  }

  private static Set<String> methods(JsonNode operations) {
    var methods = new TreeSet<String>();
    for (var operation : operations.properties()) {
      if (METHODS.contains(operation.getKey())) {
        methods.add(operation.getKey().toUpperCase(Locale.ROOT));
      }
    }
    return methods;
  }
}
