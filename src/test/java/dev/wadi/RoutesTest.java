package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a reader of {@code routes/} may rely on. */
class RoutesTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @Test
  void every_route_and_kamelet_says_what_it_promises() throws IOException {
    for (var route : routes()) {
      assertThat(route.path("description").asText())
          .as("description of %s", route.path("id"))
          .endsWith(".");
    }
    for (var file : files("kamelets")) {
      var kamelet = YAML.readTree(file.toFile());
      assertThat(kamelet.at("/spec/definition/description").asText())
          .as(file.toString())
          .isNotBlank();
      assertThat(kamelet.at("/spec/template/route/description").asText())
          .as(file.toString())
          .endsWith(".");
      assertThat(kamelet.at("/metadata/name").asText() + ".kamelet.yaml")
          .isEqualTo(file.getFileName().toString());
    }
  }

  @Test
  void every_route_has_an_id_of_its_own() throws IOException {
    var ids = routes().stream().map(route -> route.path("id").asText()).toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z][a-z0-9_-]*"));
  }

  @Test
  void every_route_and_kamelet_keeps_to_the_schema_that_visual_designers_use() throws IOException {
    var schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
            .getSchema(RoutesTest.class.getResourceAsStream("/schema/camelYamlDsl.json"));
    for (var folder : List.of("", "pipelines", "webhooks", "../examples/routes")) {
      for (var file : files(folder)) {
        assertThat(schema.validate(YAML.readTree(file.toFile()))).as(file.toString()).isEmpty();
      }
    }
    for (var file : files("kamelets")) {
      var template = (ObjectNode) YAML.readTree(file.toFile()).at("/spec/template");
      for (var item : template.properties()) {
        var root =
            YAML.createArrayNode().add(YAML.createObjectNode().set(item.getKey(), item.getValue()));
        assertThat(schema.validate(root)).as(file + " " + item.getKey()).isEmpty();
      }
    }
  }

  @Test
  void a_direct_endpoint_is_named_like_its_route() throws IOException {
    for (var route : routes()) {
      var uri = route.at("/from/uri").asText();
      if (uri.startsWith("direct:")) {
        assertThat(uri).isEqualTo("direct:" + route.path("id").asText());
      }
    }
  }

  @Test
  void every_direct_call_has_its_route_and_every_direct_route_its_call() throws IOException {
    var offered = new TreeSet<String>();
    var called = operations();
    for (var route : routes()) {
      offered.add(route.at("/from/uri").asText());
      called.addAll(calls(route.at("/from/steps")));
    }
    for (var file : files("kamelets")) {
      called.addAll(calls(YAML.readTree(file.toFile()).at("/spec/template")));
    }
    offered.removeIf(uri -> !uri.startsWith("direct:"));
    called.removeIf(uri -> !uri.startsWith("direct:"));
    assertThat(called).isEqualTo(offered);
  }

  @Test
  void every_kamelet_parameter_is_explained() throws IOException {
    for (var file : files("kamelets")) {
      YAML.readTree(file.toFile())
          .at("/spec/definition/properties")
          .forEach(
              property -> {
                assertThat(property.path("title").asText()).isNotBlank();
                assertThat(property.path("description").asText()).isNotBlank();
                assertThat(property.path("type").asText()).isNotBlank();
              });
    }
  }

  @Test
  void a_pipeline_is_named_like_its_file() throws IOException {
    for (var file : files("pipelines")) {
      var id = YAML.readTree(file.toFile()).at("/0/route/id").asText();
      assertThat(id + ".camel.yaml").isEqualTo(file.getFileName().toString());
    }
  }

  /** The endpoints that steps name, written {@code to: uri} or {@code to: {uri: …}}. */
  private static List<String> calls(JsonNode steps) {
    var calls = new ArrayList<>(steps.findValuesAsText("uri"));
    steps.findValues("to").stream()
        .filter(JsonNode::isTextual)
        .forEach(to -> calls.add(to.asText()));
    return calls;
  }

  /** What the API's contract calls. */
  private static TreeSet<String> operations() throws IOException {
    var contract = YAML.readTree(Path.of("src/main/resources/openapi.yaml").toFile());
    var operations = new TreeSet<String>();
    contract
        .path("paths")
        .findValuesAsText("operationId")
        .forEach(id -> operations.add("direct:" + id));
    return operations;
  }

  @Test
  void every_operation_of_the_api_passes_its_door() throws IOException {
    var operations = operations();
    for (var route : routes()) {
      if (operations.contains(route.at("/from/uri").asText())) {
        assertThat(route.path("routeConfigurationId").asText())
            .as("%s", route.path("id"))
            .isEqualTo("api-errors");
      }
    }
  }

  private static List<JsonNode> routes() throws IOException {
    var routes = new ArrayList<JsonNode>();
    for (var folder : List.of("", "pipelines", "webhooks")) {
      for (var file : files(folder)) {
        for (var item : YAML.readTree(file.toFile())) {
          if (item.has("route")) {
            routes.add(item.get("route"));
          }
        }
      }
    }
    return routes;
  }

  private static List<Path> files(String folder) throws IOException {
    var path = Path.of("routes", folder);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }
}
