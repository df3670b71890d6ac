package dev.wadi.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The paths of the contract, to tell what is not there from what may not be done. */
final class ApiPaths {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private record Path(Pattern pattern, Map<String, Operation> operations) {}

  /** By their first part and how many they have, for every request is looked up. */
  private final Map<String, List<Path>> paths = new HashMap<>();

  ApiPaths(JsonNode contract) {
    for (var path : contract.path("paths").properties()) {
      paths
          .computeIfAbsent(shape("/api" + path.getKey()), shape -> new ArrayList<>())
          .add(new Path(pattern(path.getKey()), operations(path.getValue())));
    }
  }

  private static String shape(String path) {
    var parts = path.split("/", -1);
    return parts.length + (parts.length > 2 ? parts[2] : "");
  }

  /** What a token needs for an operation, by its id. */
  Map<String, Scope> scopes() {
    var scopes = new TreeMap<String, Scope>();
    for (var path : paths.values().stream().flatMap(List::stream).toList()) {
      path.operations.values().forEach(operation -> scopes.put(operation.id(), operation.scope()));
    }
    return scopes;
  }

  /**
   * The operations of a path below {@code /api} by their methods, in upper case; empty if there is
   * no such path.
   */
  Map<String, Operation> operationsOf(String path) {
    var operations = new TreeMap<String, Operation>();
    for (var known : paths.getOrDefault(shape(path), List.of())) {
      if (known.pattern.matcher(path).matches()) {
        operations.putAll(known.operations);
      }
    }
    return operations;
  }

  private static Pattern pattern(String template) {
    var parts = template.split("(?<=\\})|(?=\\{)");
    var regex = new StringBuilder("/api");
    for (var part : parts) {
      regex.append(part.startsWith("{") ? "[^/]+" : Pattern.quote(part));
    }
    return Pattern.compile(regex.toString());
  }

  private static Map<String, Operation> operations(JsonNode path) {
    var operations = new TreeMap<String, Operation>();
    for (var method : path.properties()) {
      if (METHODS.contains(method.getKey())) {
        operations.put(method.getKey().toUpperCase(Locale.ROOT), operation(method.getValue()));
      }
    }
    return operations;
  }

  private static Operation operation(JsonNode operation) {
    var id = operation.path("operationId").asText();
    return new Operation(id, Scope.parse(operation.path("x-scope").asText("manage")));
  }
}
