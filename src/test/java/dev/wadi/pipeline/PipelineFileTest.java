package dev.wadi.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.kit.RouteFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineFileTest {

  private static final PipelineDefinition REGIONS =
      new PipelineDefinition(
          "region_to_sequin_events",
          "public.regions",
          List.of("insert", "update", "delete"),
          List.of(),
          "public.sequin_events");

  private static final String EDITED =
      """
      # Mind the step.
      - route:
          id: orders
          description: By hand.   # stays
          from:
            uri: kamelet:change-source
            parameters:
              table: public.orders   # the shop's
            steps:
              - filter:
                  simple: "${body.record[amount]} > 10"
                  steps:
                    - log: large
              - to:
                  uri: "kamelet:event-table-sink"
                  parameters:
                    table: 'public.events'
      """;

  @Test
  void canonical_form_is_the_shipped_file_but_for_its_description() throws Exception {
    var shipped = Files.readString(Path.of("routes/pipelines/region_to_sequin_events.camel.yaml"));
    assertThat(PipelineFile.parse(REGIONS.name(), shipped).definition()).isEqualTo(REGIONS);
    assertThat(PipelineFile.canonical(REGIONS).replaceAll("description: .*", ""))
        .isEqualTo(shipped.replaceAll("description: .*", ""));
  }

  @Test
  void any_definition_survives_being_written_and_read() throws Exception {
    var filters =
        Filters.parse(
            "[{\"column\":\"it's: \\\"x\\\" # ё\",\"operator\":\"=\",\"value\":\"a\\nb\"}]");
    for (var name : List.of("true", "123", "-", "a-b_c", "null")) {
      var definition =
          new PipelineDefinition(
              name,
              "public.\"a.b\",\"Ё x\".\"it's: #1\"",
              List.of("delete"),
              filters,
              "public.\"events & 'more'\"");
      assertThat(PipelineFile.parse(name, PipelineFile.canonical(definition)).definition())
          .isEqualTo(definition);
    }
  }

  @Test
  void change_keeps_steps_and_comments() throws Exception {
    var next =
        new PipelineDefinition(
            "orders",
            "public.orders,public.items",
            List.of("insert"),
            Filters.parse("[{\"column\":\"id\",\"operator\":\">\",\"value\":5}]"),
            "public.other");

    var patched = PipelineFile.parse("orders", EDITED).patched(next);

    assertThat(PipelineFile.parse("orders", patched).definition()).isEqualTo(next);
    assertThat(patched)
        .contains("# Mind the step.", "# stays", "# the shop's", "- log: large", "${body.record");
    var back = PipelineFile.parse("orders", EDITED).definition();
    assertThat(PipelineFile.parse("orders", patched).patched(back))
        .contains("table: public.orders   # the shop's")
        .doesNotContain("filters");
  }

  @Test
  void change_that_cannot_be_made_in_place_is_refused() throws Exception {
    var inUri =
        EDITED.replace(
            "uri: kamelet:change-source\n      parameters:\n        table: public.orders",
            "uri: kamelet:change-source?table=public.orders\n      note: x");
    var file = PipelineFile.parse("orders", inUri);

    assertThat(file.definition().tables()).isEqualTo("public.orders");
    var next =
        new PipelineDefinition("orders", "public.x", List.of("insert"), List.of(), "public.events");
    assertThatThrownBy(() -> file.patched(next))
        .isInstanceOf(PipelineRefusedException.class)
        .hasMessageContaining("edit routes/pipelines/orders.camel.yaml by hand");
  }

  @Test
  void pipeline_with_two_event_tables_is_changed_by_hand() throws Exception {
    var two =
        EDITED.replace("- log: large", "- to: kamelet:event-table-sink?table=public.large_events");
    var file = PipelineFile.parse("orders", two);

    assertThat(file.eventTables()).containsExactly("public.large_events", "public.events");
    assertThatThrownBy(file::definition).hasMessageContaining("has several event tables");
  }

  @Test
  void placeholders_are_filled_in_before_lists_and_filters_are_read() throws Exception {
    var text =
        RouteFiles.text(
            "orders",
            "{{my.tables}}\"\n        actions: \"{{my.actions}}\"\n        filters: '[{\"column\": \"n\", \"operator\": \">\", \"value\": \"{{limit}}\"}]'\n        backfill: \"false",
            "public.events",
            "");
    var settings =
        Map.of("my.tables", "public.a,public.b", "my.actions", "insert, update", "limit", "5");

    var resolved =
        PipelineFile.parse("orders", text)
            .resolved(
                raw -> {
                  var filled = raw;
                  for (var setting : settings.entrySet()) {
                    filled = filled.replace("{{" + setting.getKey() + "}}", setting.getValue());
                  }
                  return filled;
                });

    assertThat(resolved)
        .isEqualTo(
            new PipelineDefinition(
                "orders",
                "public.a,public.b",
                List.of("insert", "update"),
                List.of(new Filter("n", FilterOperator.GREATER, "5", null)),
                "public.events"));
  }

  @Test
  void every_kamelet_becomes_the_pipelines_own() throws Exception {
    assertThat(PipelineFile.parse("orders", EDITED).forCamel(7))
        .contains("uri: 'kamelet:change-source/orders-source-7'")
        .contains("uri: 'kamelet:event-table-sink/orders-1-7'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          - filter: &s {steps: [{filter: *s}]} | line 13: alias '*s' stands inside of what it means
          - filter: &s {steps: *s}             | line 13: alias '*s' stands inside of what it means
          - filter: DEEP                       | line 13: is nested more than 100 levels deep
          - log: MANY                          | is not YAML: Number of aliases
          """)
  void text_that_does_not_end_is_refused(String step, String message) {
    var text =
        EDITED.replace(
            "- log: large",
            step.replace("DEEP", "[".repeat(50_000) + "]".repeat(50_000))
                .replace("MANY", "[&a [x]" + ", *a".repeat(21) + "]"));

    assertThatThrownBy(() -> PipelineFile.parse("orders", text))
        .isInstanceOf(PipelineFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  void definition_says_what_is_wrong_by_field() {
    var bad = new PipelineDefinition("No!", "", List.of(), List.of(), "a.b.c");

    assertThat(bad.problems())
        .containsOnlyKeys("name", "source.table", "actions", "destination.table");
    assertThat(bad.problems().get("actions")).containsExactly("should have at least 1 item(s)");
  }
}
