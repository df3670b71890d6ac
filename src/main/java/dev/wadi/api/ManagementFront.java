package dev.wadi.api;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * Stands before what the management port answers without a token: refuses what a foreign web page
 * makes a browser ask for, and what would have one of Camel's developer consoles act instead of
 * tell.
 *
 * <p>Browsers say in {@code Sec-Fetch-Site} where a request comes from; other programs say nothing.
 */
public final class ManagementFront implements Handler<RoutingContext> {

  /**
   * The developer consoles that only tell how things are. The others send messages, read files and
   * what beans hold, or show messages.
   */
  public static final Set<String> TELLING =
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

  private static final Set<String> OWN = Set.of("none", "same-origin");
  private static final Set<String> LISTS = Set.of("", "index");
  private static final String CONSOLES = "/q/dev/";
  private static final String ACTING = "action";

  @Override
  public void handle(RoutingContext request) {
    var site = request.request().getHeader("Sec-Fetch-Site");
    boolean isForeign = site != null && !OWN.contains(site);
    if (isForeign) {
      ApiFront.end(request, new Problem(403, "Web pages of others may not ask here"));
    } else if (acts(request)) {
      ApiFront.end(
          request,
          new Problem(
              403, "The developer console only tells; API, console and JMX stop and start routes"));
    } else {
      request.next();
    }
  }

  /** Camel takes the console's name from the path as it was sent, the router another one. */
  private static boolean acts(RoutingContext request) {
    var path = request.normalizedPath();
    if (!path.startsWith(CONSOLES)) {
      return false;
    }
    var id = path.substring(CONSOLES.length()).replaceFirst("/.*", "");
    boolean isKnown = TELLING.contains(id) || LISTS.contains(id);
    return !isKnown
        || !path.equals(request.request().path())
        || request.queryParams().contains(ACTING);
  }
}
