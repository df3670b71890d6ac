package dev.wadi.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** A copy of the shipped routes with the pipelines of a test. */
public final class RouteFiles {

  private static final Path SHIPPED = Path.of("routes");

  private final Path folder;

  private RouteFiles(Path folder) {
    this.folder = folder;
  }

  /** The shipped routes in their place, shipped pipelines included. */
  public static RouteFiles shipped() {
    return new RouteFiles(SHIPPED);
  }

  /** Copies the shipped routes without the shipped pipelines. */
  public static RouteFiles copiedTo(Path parent) throws IOException {
    var routes = new RouteFiles(parent.resolve("routes"));
    try (Stream<Path> files = Files.walk(SHIPPED)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(SHIPPED.resolve("pipelines")))
          .forEach(routes::copy);
    }
    Files.createDirectories(routes.folder.resolve("pipelines"));
    return routes;
  }

  public Path folder() {
    return folder;
  }

  /** Adds a pipeline that captures every change of some tables as it is. */
  public RouteFiles pipeline(String name, String tables, String eventTable) throws IOException {
    return pipeline(name, tables, eventTable, "");
  }

  /**
   * Adds a pipeline with steps between its source and its event table.
   *
   * @param steps YAML list, not indented
   */
  public RouteFiles pipeline(String name, String tables, String eventTable, String steps)
      throws IOException {
    return write(name, text(name, tables, eventTable, steps));
  }

  /** Writes a pipeline's file at once: nobody sees a part of it. */
  public RouteFiles write(String name, String text) throws IOException {
    var written = Files.writeString(folder.resolve(name + ".written"), text);
    var file = folder.resolve("pipelines").resolve(name + ".camel.yaml");
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return this;
  }

  /** What {@link #pipeline} writes. */
  public static String text(String name, String tables, String eventTable, String steps) {
    return """
        - route:
            id: %s
            description: A pipeline of a test.
            routeConfigurationId: pipeline-errors
            from:
              uri: kamelet:change-source
              parameters:
                table: "%s"
              steps:
        %s        - to:
                    uri: kamelet:event-table-sink
                    parameters:
                      table: "%s"
        """
        .formatted(name, tables, steps.indent(8), eventTable);
  }

  private void copy(Path file) {
    try {
      var target = folder.resolve(SHIPPED.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
