package dev.wadi.api;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;

/**
 * Tells {@code platform-http} routes which of the two HTTP servers is theirs. Camel looks for the
 * only one there is and, next to a management server, would fall back to port 8080.
 */
public final class ApiServerEngine extends VertxPlatformHttpEngine {

  private final int port;

  /**
   * @param port port of the server for console and API
   * @param handlers what a request passes, its body read, before its route
   */
  public ApiServerEngine(int port, List<Handler<RoutingContext>> handlers) {
    this.port = port;
    setHandlers(handlers);
  }

  @Override
  public int getServerPort() {
    return port;
  }
}
