package dev.wadi.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The route files of pipelines.
 *
 * <p>Capture waits while one of them cannot be loaded: to start without it would pass its changes
 * by.
 */
public final class PipelineFiles {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.pipeline");
  private static final String SUFFIX = ".camel.yaml";

  private final Path folder;
  private final Pipelines pipelines;
  private final Predicate<Path> skipped;

  /**
   * @param folder holds {@code <name>.camel.yaml}
   * @param skipped files to act as if they were not there
   */
  public PipelineFiles(Path folder, Pipelines pipelines, Predicate<Path> skipped) {
    this.folder = folder;
    this.pipelines = pipelines;
    this.skipped = skipped;
  }

  /** Loads every file, each by itself. */
  public void loadAll(CamelContext context) throws IOException {
    var problems = new ArrayList<String>();
    for (var file : files()) {
      try {
        load(context, file);
      } catch (Exception e) {
        problems.add("pipeline file '" + file + "': " + innermost(e));
      }
    }
    problems.forEach(problem -> LOG.error("{}", problem));
    pipelines.notLoaded(String.join("; ", problems));
  }

  private void load(CamelContext context, Path file) throws Exception {
    var resource = ResourceHelper.resolveMandatoryResource(context, "file:" + file);
    PluginHelper.getRoutesLoader(context).updateRoutes(resource);
    LOG.info("pipeline {}: started", name(file));
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX) && !skipped.test(file))
          .sorted()
          .toList();
    }
  }

  private static String name(Path file) {
    var text = file.getFileName().toString();
    return text.substring(0, text.length() - SUFFIX.length());
  }

  private static String innermost(Throwable failure) {
    var cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
