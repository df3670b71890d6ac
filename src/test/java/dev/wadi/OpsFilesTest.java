package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is shipped in {@code ops/} can be read by those it is for. */
class OpsFilesTest {

  private static final Path OPS = Path.of("ops");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @Test
  void every_panel_of_the_dashboard_has_a_title_a_query_and_an_id_of_its_own() throws IOException {
    var panels = JSON.readTree(OPS.resolve("grafana-dashboard.json").toFile()).path("panels");
    var ids = new ArrayList<Integer>();
    for (var panel : panels) {
      ids.add(panel.path("id").asInt());
      assertThat(panel.path("title").asText()).isNotBlank();
      boolean isRow = panel.path("type").asText().equals("row");
      assertThat(isRow || !panel.at("/targets/0/expr").asText().isBlank())
          .as(panel.path("title").asText())
          .isTrue();
    }
    assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
  }

  @Test
  void kubernetes_probes_ask_what_wadi_serves_and_secrets_are_in_secrets() throws IOException {
    var kinds = new ArrayList<String>();
    try (var parser = YAML.createParser(OPS.resolve("kubernetes.yaml").toFile());
        var documents = YAML.readValues(parser, JsonNode.class)) {
      while (documents.hasNext()) {
        var document = documents.next();
        var kind = document.path("kind").asText();
        kinds.add(kind);
        document
            .path(kind.equals("ConfigMap") ? "data" : "stringData")
            .fieldNames()
            .forEachRemaining(key -> requireInItsPlace(kind, key));
        if (kind.equals("Deployment")) {
          requireProbesAndLimits(document.at("/spec/template/spec"));
        }
      }
    }
    assertThat(kinds).contains("Secret", "ConfigMap", "Service", "Deployment");
    var text = Files.readString(OPS.resolve("kubernetes.yaml"));
    var certificate = Pattern.compile("sslrootcert=(/\\S+)/ca.crt").matcher(text);
    assertThat(certificate.find()).as("verify-full needs a certificate").isTrue();
    assertThat(text)
        .contains("mountPath: " + certificate.group(1) + "\n")
        .doesNotContain(":latest");
  }

  @Test
  void the_health_check_of_the_image_asks_where_management_is() throws IOException {
    assertThat(Files.readString(OPS.resolve("Dockerfile")))
        .contains("/dev/tcp/127.0.0.1/${WADI_MANAGEMENT_PORT:-9876}");
  }

  private static void requireInItsPlace(String kind, String key) {
    for (var setting : Setting.values()) {
      if (setting.environmentName().equals(key)) {
        assertThat(kind).as(key).isEqualTo(setting.secret() ? "Secret" : "ConfigMap");
        return;
      }
    }
    assertThat(key)
        .as("a setting, a pipeline, a certificate or a file of settings")
        .matches(".*\\.camel\\.yaml|ca\\.crt|application\\.properties");
  }

  private static void requireProbesAndLimits(JsonNode pod) {
    var container = pod.at("/containers/0");
    for (var probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(container.at("/" + probe + "/httpGet/path").asText())
          .isEqualTo("/observe/health/live");
    }
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(container.at("/resources/limits/memory").asText()).isNotBlank();
  }

  @Test
  void every_alert_has_a_severity_a_summary_and_a_reason() throws IOException {
    var rules = YAML.readTree(OPS.resolve("alerts.yaml").toFile()).at("/groups/0/rules");
    assertThat(rules).isNotEmpty();
    for (var rule : rules) {
      var name = rule.path("alert").asText();
      assertThat(name).startsWith("Wadi");
      assertThat(rule.path("expr").asText()).as(name).isNotBlank();
      assertThat(rule.at("/labels/severity").asText()).as(name).isIn("page", "warn");
      assertThat(rule.at("/annotations/summary").asText()).as(name).endsWith(".");
      assertThat(rule.at("/annotations/reason").asText()).as(name).endsWith(".");
    }
  }
}
