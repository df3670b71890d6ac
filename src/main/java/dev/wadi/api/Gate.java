package dev.wadi.api;

import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;

/**
 * Answers 503 at a port while Wadi starts or stops.
 *
 * <p>Camel's servers listen before there is a route. Without a gate a caller would be told
 * meanwhile that what it asks for is not there.
 */
public final class Gate implements AuthenticationHandler {

  private volatile boolean isOpen;

  /** Stands before all that a server will serve; to be called before it listens. */
  public void standBefore(VertxPlatformHttpServerConfiguration server) {
    // Of what Camel puts on a server before it listens, only authentication takes a handler.
    var entry = new AuthenticationConfig.AuthenticationConfigEntry();
    entry.setPath("/*");
    entry.setAuthenticationProviderFactory(vertx -> null);
    entry.setAuthenticationHandlerFactory(
        new AuthenticationConfig.AuthenticationHandlerFactory() {
          @Override
          public <T extends AuthenticationProvider>
              AuthenticationHandler createAuthenticationHandler(T provider) {
            return Gate.this;
          }
        });
    server.getAuthenticationConfig().getEntries().add(entry);
    server.getAuthenticationConfig().setEnabled(true);
  }

  public void open() {
    isOpen = true;
  }

  public void close() {
    isOpen = false;
  }

  @Override
  public void handle(RoutingContext request) {
    if (isOpen) {
      request.next();
    } else {
      ApiFront.refuseForNow(request);
    }
  }
}
