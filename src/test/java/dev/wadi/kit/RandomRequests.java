package dev.wadi.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Requests for the operations of a contract: mostly what the contract allows, with values that are
 * hostile here and there.
 */
public final class RandomRequests {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");
  private static final List<String> HOSTILE =
      List.of(
          "",
          " ",
          "\0",
          "a\0b",
          "\ud800",
          "\u202e\ufeff",
          "'; drop schema wadi cascade; --",
          "\"",
          "\\",
          "a.b.c.d",
          "..",
          "../../x",
          "{{wadi.database.password}}",
          "${bean:tokens}",
          "%",
          "%2e%2e%2f",
          "a\n- route:\n    id: b",
          "x".repeat(64),
          "é".repeat(5_000),
          "😀",
          "true",
          "null",
          "-1",
          "9223372036854775808",
          "NaN",
          "2026-02-30T00:00:00Z",
          "pg_catalog.pg_class",
          "wadi.pipelines",
          "public.*",
          "*");
  private static final List<Number> NUMBERS =
      List.of(
          0,
          1,
          -1,
          500,
          36_500,
          1_000_000,
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          1.5,
          new BigDecimal("1e400"),
          new BigInteger("9".repeat(100)));
  private static final List<String> NO_JSON =
      List.of("{", "[", "\0", "{\"a\":}", "'", "{\"a\": 01}", "{} {}", "[".repeat(5_000));

  private final Random random;
  private final JsonNode contract;
  private final List<String> names;
  private final List<Operation> operations = new ArrayList<>();

  /** One request. */
  public record Request(String operation, String method, String path, String body) {}

  private record Operation(String method, String path, JsonNode contract) {}

  /**
   * @param contract OpenAPI
   * @param names of things that exist or may be made
   */
  public RandomRequests(long seed, JsonNode contract, List<String> names) {
    this.random = new Random(seed);
    this.contract = contract;
    this.names = names;
    for (var path : contract.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        if (METHODS.contains(operation.getKey())) {
          operations.add(new Operation(operation.getKey(), path.getKey(), operation.getValue()));
        }
      }
    }
  }

  /** How many operations there are; as many requests in a row have one of each. */
  public int operations() {
    return operations.size();
  }

  /** The next request for the operation of that number. */
  public Request next(int number) {
    var operation = operations.get(number % operations.size());
    return new Request(
        operation.contract.path("operationId").asText(),
        operation.method.toUpperCase(java.util.Locale.ROOT),
        "/api" + path(operation.path) + query(operation.contract),
        body(operation));
  }

  private String path(String template) {
    return template.replace("{name}", encoded(name()));
  }

  private String query(JsonNode operation) {
    var query = new StringBuilder();
    for (var parameter : operation.path("parameters")) {
      boolean inQuery = parameter.path("in").asText().equals("query");
      boolean given = parameter.path("required").asBoolean() ? !rarely() : random.nextBoolean();
      if (inQuery && given) {
        add(query, parameter.path("name").asText(), parameter.path("schema"));
      }
    }
    if (rarely()) {
      add(query, name(), JSON.objectNode());
    }
    return query.toString();
  }

  private void add(StringBuilder query, String name, JsonNode schema) {
    query
        .append(query.isEmpty() ? '?' : '&')
        .append(encoded(name))
        .append('=')
        .append(encoded(value(schema, 0).asText()));
  }

  private String body(Operation operation) {
    var schema = resolved(operation.contract.path("requestBody"));
    if (rarely()) {
      return one(NO_JSON);
    }
    if (schema.isMissingNode()) {
      return operation.method.equals("get") || !rarely() ? "" : anything(0).toString();
    }
    return value(schema.at("/content/application~1json/schema"), 0).toString();
  }

  private JsonNode value(JsonNode reference, int depth) {
    var schema = whole(resolved(reference));
    if (rarely()) {
      return anything(depth);
    }
    if (schema.has("enum") && !rarely()) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
    }
    return switch (schema.path("type").asText()) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema.path("items"), depth);
      case "integer" -> integer(schema);
      case "string" -> JSON.textNode(name());
      default -> anything(depth);
    };
  }

  /** A schema that is another one which requires more. */
  private JsonNode whole(JsonNode schema) {
    if (!schema.has("allOf")) {
      return schema;
    }
    var base = (ObjectNode) resolved(schema.at("/allOf/0")).deepCopy();
    return base.set("required", schema.get("required"));
  }

  private JsonNode object(JsonNode schema, int depth) {
    var object = JSON.objectNode();
    for (var property : schema.path("properties").properties()) {
      boolean given = isRequired(schema, property.getKey()) ? !rarely() : random.nextInt(3) == 0;
      if (given) {
        object.set(property.getKey(), value(property.getValue(), depth + 1));
      }
    }
    if (rarely()) {
      object.set(name(), anything(depth + 1));
    }
    return object;
  }

  private static boolean isRequired(JsonNode schema, String property) {
    for (var required : schema.path("required")) {
      if (required.asText().equals(property)) {
        return true;
      }
    }
    return false;
  }

  private JsonNode array(JsonNode items, int depth) {
    var array = JSON.arrayNode();
    int size = rarely() ? 1_500 : random.nextInt(4);
    for (int i = 0; i < size; i++) {
      array.add(value(items, depth + 1));
    }
    return array;
  }

  private JsonNode integer(JsonNode schema) {
    int least = schema.path("minimum").asInt(0);
    int most = Math.min(schema.path("maximum").asInt(1_000), least + 1_000);
    return JSON.numberNode(least + random.nextInt(Math.max(1, most - least)));
  }

  private JsonNode anything(int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 7)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(random.nextBoolean());
      case 2 -> number(one(NUMBERS));
      case 3, 4 -> JSON.textNode(one(HOSTILE));
      case 5 -> JSON.arrayNode().add(anything(depth + 1));
      default -> hostileObject(depth);
    };
  }

  private ObjectNode hostileObject(int depth) {
    var object = JSON.objectNode();
    object.set(one(HOSTILE), anything(depth + 1));
    return object;
  }

  private static JsonNode number(Number number) {
    if (number instanceof BigDecimal decimal) {
      return JSON.numberNode(decimal);
    }
    return number instanceof BigInteger big
        ? JSON.numberNode(big)
        : number instanceof Double real
            ? JSON.numberNode(real)
            : JSON.numberNode(number.longValue());
  }

  private JsonNode resolved(JsonNode node) {
    var reference = node.path("$ref").asText();
    return reference.isEmpty() ? node : resolved(contract.at(reference.substring(1)));
  }

  private String name() {
    return random.nextInt(5) == 0 ? one(HOSTILE) : one(names);
  }

  private boolean rarely() {
    return random.nextInt(12) == 0;
  }

  private <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
