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

  private static final Set<String> OWN = Set.of("none", "same-origin");
  private static final String CONSOLES = "/q/dev/";
  private static final String ACTING = "action";

  @Override
  public void handle(RoutingContext request) {
    var site = request.request().getHeader("Sec-Fetch-Site");
    boolean isForeign = site != null && !OWN.contains(site);
    if (isForeign) {
      ApiFront.end(request, new Problem(403, "Web pages of others may not ask here"));
      return;
    }
    boolean acts =
        request.normalizedPath().startsWith(CONSOLES) && request.queryParams().contains(ACTING);
    if (acts) {
      ApiFront.end(
          request,
          new Problem(403, "The developer console only tells; routes are stopped by API or JMX"));
      return;
    }
    request.next();
  }
}
