package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaygroundPipelinesTest {

  private static final String SHIPPED = "region_to_sequin_events.camel.yaml";

  @TempDir private Path folder;

  @Test
  void reset_moves_aside_what_was_made_and_brings_back_what_is_shipped() throws IOException {
    var shipped = Files.readString(Path.of("routes", "pipelines", SHIPPED));
    var routes = folder.resolve("routes");
    var aside = folder.resolve("aside");
    var pipelines = new PlaygroundPipelines(routes);

    assertThat(pipelines.reset(aside)).as("there was none").isEmpty();
    assertThat(routes.resolve(SHIPPED)).hasContent(shipped);
    assertThat(pipelines.reset(aside)).as("it is as shipped").isEmpty();

    Files.writeString(routes.resolve(SHIPPED), "edited");
    Files.writeString(routes.resolve("regions.camel.yaml"), "made");
    assertThat(pipelines.reset(aside))
        .containsExactlyInAnyOrder(aside.resolve(SHIPPED), aside.resolve("regions.camel.yaml"));
    assertThat(aside.resolve("regions.camel.yaml")).hasContent("made");
    assertThat(routes).isDirectoryNotContaining("glob:**regions.camel.yaml");
    assertThat(pipelines.isShipped(routes.resolve(SHIPPED))).isTrue();
  }
}
