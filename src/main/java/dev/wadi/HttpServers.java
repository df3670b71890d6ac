package dev.wadi;

import dev.wadi.api.Gate;
import dev.wadi.api.HostCheck;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;

/**
 * Camel's two HTTP servers, each behind a gate.
 *
 * <p>What they listen on is known here alone: files, environment and Java's options may all say.
 */
final class HttpServers extends DefaultMainHttpServerFactory {

  private final Gate api = new Gate();
  private final Gate management = new Gate();
  private volatile String apiHost = "";
  private volatile String managementHost = "";

  /** Before what is served at {@code wadi.http.port}. */
  Gate api() {
    return api;
  }

  /** Before what is served at {@code wadi.management.port}. */
  Gate management() {
    return management;
  }

  /** What console and API listen on; empty before they are made. */
  String apiHost() {
    return apiHost;
  }

  /** The same of the management port. */
  String managementHost() {
    return managementHost;
  }

  @Override
  public Service newHttpServer(CamelContext camel, HttpServerConfigurationProperties settings) {
    var server = (MainHttpServer) super.newHttpServer(camel, settings);
    api.standBefore(server.getConfiguration());
    apiHost = server.getHost();
    return server;
  }

  @Override
  public Service newHttpManagementServer(
      CamelContext camel, HttpManagementServerConfigurationProperties settings) {
    // The developer console asks for no token, so it is for this machine only.
    boolean isWanted = settings.isDevConsoleEnabled();
    settings.setDevConsoleEnabled(isWanted && HostCheck.isLoopback(settings.getHost()));
    var server = (ManagementHttpServer) super.newHttpManagementServer(camel, settings);
    management.standBefore(server.getConfiguration());
    managementHost = server.getHost();
    return server;
  }
}
