package dev.wadi.webhook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of webhooks that are route files, read once when Wadi starts. */
public final class WebhookFiles {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.webhook");
  private static final String SUFFIX = ".camel.yaml";

  private final Path folder;

  public WebhookFiles(Path folder) {
    this.folder = folder;
  }

  /** Starts the routes of every file; one that is refused stops none of the others. */
  public void start(CamelContext context) {
    for (var file : files()) {
      try {
        var resource =
            ResourceHelper.fromString(file.getFileName().toString(), Files.readString(file));
        PluginHelper.getRoutesLoader(context).loadRoutes(resource);
        LOG.info("webhook file {}: started", file.getFileName());
      } catch (Exception e) {
        LOG.error("webhook file '{}': refused: {}", file, reason(e));
      }
    }
  }

  private List<Path> files() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      LOG.error("webhook files: cannot be read: {}", e.getMessage());
      return List.of();
    }
  }

  private static String reason(Throwable failure) {
    var cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
