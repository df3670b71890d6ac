package dev.wadi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pipeline files of a playground: the one that is shipped, and those that were made in it.
 *
 * @param folder where they are
 */
record PlaygroundPipelines(Path folder) {

  private static final String SHIPPED = "region_to_sequin_events.camel.yaml";

  /** Whether a file is the pipeline as it is shipped, not one that was made under its name. */
  boolean isShipped(Path file) {
    try {
      return file.endsWith(SHIPPED) && shipped().equals(Files.readString(file));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Begins anew: pipelines whose tables go with the playground's data would keep capture from
   * starting, and the shipped one is there again.
   *
   * @param aside folder to move the others to; older ones of their names are replaced
   * @return the files as they are there
   */
  List<Path> reset(Path aside) throws IOException {
    var moved = new ArrayList<Path>();
    Files.createDirectories(folder);
    for (var file : files()) {
      if (!isShipped(file)) {
        Files.createDirectories(aside);
        var target = aside.resolve(file.getFileName());
        moved.add(Files.move(file, target, StandardCopyOption.REPLACE_EXISTING));
      }
    }
    Files.writeString(folder.resolve(SHIPPED), shipped());
    return moved;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".camel.yaml") && Files.isRegularFile(file))
          .toList();
    }
  }

  private static String shipped() throws IOException {
    try (var text = PlaygroundPipelines.class.getResourceAsStream("/playground/" + SHIPPED)) {
      if (text == null) {
        throw new IllegalStateException(SHIPPED + " is not in the jar, which indicates a bug");
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
