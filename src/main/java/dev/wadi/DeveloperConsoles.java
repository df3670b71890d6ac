package dev.wadi;

import dev.wadi.api.ManagementFront;
import org.apache.camel.CamelContext;
import org.apache.camel.console.DevConsoleRegistry;

/** Leaves those of Camel's developer consoles, which ask for no token, that only tell. */
final class DeveloperConsoles {

  private DeveloperConsoles() {}

  static void removeOthers(CamelContext camel) {
    var registry = camel.getCamelContextExtension().getContextPlugin(DevConsoleRegistry.class);
    if (registry == null) {
      return;
    }
    for (var console : registry.stream().toList()) {
      if (!ManagementFront.TELLING.contains(console.getId())) {
        registry.unregister(console);
      }
    }
  }
}
