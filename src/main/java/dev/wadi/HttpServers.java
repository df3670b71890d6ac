package dev.wadi;

import dev.wadi.api.Gate;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;

/** Camel's two HTTP servers, each behind a gate. */
final class HttpServers extends DefaultMainHttpServerFactory {

  private final Gate api = new Gate();
  private final Gate management = new Gate();

  /** Before what is served at {@code wadi.http.port}. */
  Gate api() {
    return api;
  }

  /** Before what is served at {@code wadi.management.port}. */
  Gate management() {
    return management;
  }

  @Override
  public Service newHttpServer(CamelContext camel, HttpServerConfigurationProperties settings) {
    var server = (MainHttpServer) super.newHttpServer(camel, settings);
    api.standBefore(server.getConfiguration());
    return server;
  }

  @Override
  public Service newHttpManagementServer(
      CamelContext camel, HttpManagementServerConfigurationProperties settings) {
    var server = (ManagementHttpServer) super.newHttpManagementServer(camel, settings);
    management.standBefore(server.getConfiguration());
    return server;
  }
}
