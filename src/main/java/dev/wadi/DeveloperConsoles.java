package dev.wadi;

import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsoleRegistry;

/**
 * Leaves of Camel's developer consoles, which ask for no token, those that only tell how things
 * are. The others send messages, read files and what beans hold, or show messages.
 */
final class DeveloperConsoles {

  private static final Set<String> TELLING =
      Set.of(
          "blocked",
          "circuit-breaker",
          "consumer",
          "context",
          "endpoint",
          "event",
          "gc",
          "health",
          "inflight",
          "internal-tasks",
          "jvm",
          "main-http-server",
          "memory",
          "micrometer",
          "platform-http",
          "processor",
          "producer",
          "properties",
          "rest",
          "route",
          "route-controller",
          "route-dump",
          "route-group",
          "route-structure",
          "service",
          "startup-recorder",
          "thread",
          "top",
          "transformers",
          "type-converters");

  private DeveloperConsoles() {}

  static void removeOthers(CamelContext camel) {
    var registry = camel.getCamelContextExtension().getContextPlugin(DevConsoleRegistry.class);
    if (registry == null) {
      return;
    }
    for (var console : registry.stream().toList()) {
      if (!isTelling(console)) {
        registry.unregister(console);
      }
    }
  }

  private static boolean isTelling(DevConsole console) {
    return TELLING.contains(console.getId());
  }
}
