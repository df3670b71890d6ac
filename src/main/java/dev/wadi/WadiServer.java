package dev.wadi;

import dev.wadi.api.ApiFront;
import dev.wadi.api.ManagementFront;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CliConnectorFactory;
import org.apache.camel.support.EventNotifierSupport;
import picocli.CommandLine;

/** Camel with Wadi's routes and beans, from start to stop. */
final class WadiServer {

  private static final int BAD_REQUEST = 400;

  private final Settings settings;
  private final Predicate<Path> skippedPipelines;

  /**
   * @param skippedPipelines pipeline files to act as if they were not there
   */
  WadiServer(Settings settings, Predicate<Path> skippedPipelines) {
    this.settings = settings;
    this.skippedPipelines = skippedPipelines;
  }

  /**
   * Runs until the process is told to stop.
   *
   * @return exit code; 1 too if something was still under way when the time to stop was over
   */
  int run() throws Exception {
    try (var wiring = new Wiring(settings, skippedPipelines)) {
      wiring.prepareSchema();
      FirstToken.show(settings, wiring.tokens());
      var main = main(wiring);
      main.run();
      boolean cutOff = main.getCamelContext().getShutdownStrategy().isTimeoutOccurred();
      return cutOff ? CommandLine.ExitCode.SOFTWARE : main.getExitCode();
    }
  }

  Main main(Wiring wiring) {
    var main = new Main();
    var servers = new HttpServers();
    main.bind("httpServers", servers);
    wiring.bind(main::bind);
    main.setDefaultPropertyPlaceholderLocation("false");
    main.setInitialProperties(camelProperties());
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterConfigure(BaseMainSupport configured) {
            configured
                .getCamelContext()
                .getManagementStrategy()
                .addEventNotifier(new BeforeRoutes(camel -> placeFront(camel, wiring, servers)));
          }

          @Override
          public void beforeInitialize(BaseMainSupport started) {
            connectToCli(started.getCamelContext());
          }

          @Override
          public void afterStart(BaseMainSupport started) {
            meet(wiring, started.getCamelContext());
            wiring.consumers().start();
            // Before the first look at files, which waits for databases: health tells why.
            servers.api().open();
            wiring.pipelineFiles().start(started.getCamelContext());
            wiring.webhookFiles().start(started.getCamelContext());
          }

          @Override
          public void beforeStop(BaseMainSupport stopped) {
            servers.api().close();
          }
        });
    return main;
  }

  /** The connector is for who asks for it: it writes files and obeys them. */
  private void connectToCli(CamelContext camel) {
    var connector = camel.getCamelContextExtension().getContextPlugin(CliConnectorFactory.class);
    if (connector != null) {
      connector.setEnabled(Boolean.parseBoolean(settings.text(Setting.CLI_ENABLED)));
    }
  }

  /**
   * What stands before the API's routes, and behind them: a route that is edited is gone for a
   * moment.
   */
  private void placeFront(CamelContext camel, Wiring wiring, HttpServers servers) {
    DeveloperConsoles.removeOthers(camel);
    var router = router(camel, Setting.HTTP_PORT);
    var front = wiring.apiFront();
    router.route().order(-4).handler(servers.api());
    router.route().order(-3).handler(wiring.hostCheck(servers.apiHost()));
    router.route("/api/*").order(-2).handler(front).failureHandler(front::refuse);
    router.route("/api/*").last().handler(ApiFront::refuseForNow);
    refuseUnreadable(router);
    var management = router(camel, Setting.MANAGEMENT_PORT);
    management.route().order(-3).handler(wiring.hostCheck(servers.managementHost()));
    management.route().order(-2).handler(new ManagementFront());
    refuseUnreadable(management);
    servers.management().open();
  }

  /** Else Vert.x would log an error for each request that it cannot read, whoever sends it. */
  private static void refuseUnreadable(VertxPlatformHttpRouter router) {
    router.route().order(-1).handler(ApiFront::refuseHeaders);
    router.errorHandler(BAD_REQUEST, ApiFront::refusePath);
    // Camel has that router in another one, which reads the path first.
    if (router.getServer().getServer().requestHandler() instanceof Router outer) {
      outer.errorHandler(BAD_REQUEST, ApiFront::refusePath);
    }
  }

  private VertxPlatformHttpRouter router(CamelContext camel, Setting port) {
    return VertxPlatformHttpRouter.lookup(
        camel, VertxPlatformHttpRouter.getRouterNameFromPort(settings.number(port)));
  }

  private void meet(Wiring wiring, CamelContext camel) {
    DeveloperConsoles.removeOthers(camel);
    try {
      wiring.meet(camel);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS by camel.ssl.*: " + e.getMessage(), e);
    }
  }

  private Properties camelProperties() {
    var camel = new Properties();
    var routes = settings.text(Setting.ROUTES);
    camel.setProperty("camel.main.name", "wadi");
    camel.setProperty("camel.main.routesIncludePattern", "file:" + routes + "/*.camel.yaml");
    camel.setProperty("camel.component.kamelet.location", "file:" + routes + "/kamelets");
    camel.setProperty("camel.main.autoConfigurationFailFast", "true");
    camel.setProperty("camel.main.autoConfigurationLogSummary", "false");
    camel.setProperty("camel.main.startupSummaryLevel", "Off");
    camel.setProperty("camel.main.shutdownTimeout", "9");
    camel.setProperty("camel.main.shutdownLogInflightExchangesOnTimeout", "false");
    camel.setProperty("camel.main.jmxManagementRegisterRoutesCreateByKamelet", "true");
    // An MBean for each step of each route would take a fifth of the start, and 20 MB.
    camel.setProperty("camel.main.jmxManagementMBeansLevel", "RoutesOnly");
    camel.setProperty("camel.main.jmxManagementStatisticsLevel", "RoutesOnly");
    camel.setProperty("camel.main.uuidGenerator", "simple");
    camel.setProperty("camel.main.streamCachingEnabled", "false");
    camel.setProperty("camel.server.enabled", "true");
    camel.setProperty("camel.server.host", settings.text(Setting.HTTP_HOST));
    camel.setProperty("camel.server.port", settings.text(Setting.HTTP_PORT));
    camel.setProperty("camel.server.fileUploadEnabled", "false");
    camel.setProperty("camel.server.staticEnabled", "false");
    camel.setProperty("camel.server.maxBodySize", "1048576");
    camel.setProperty("camel.management.enabled", "true");
    camel.setProperty("camel.management.host", settings.text(Setting.MANAGEMENT_HOST));
    camel.setProperty("camel.management.port", settings.text(Setting.MANAGEMENT_PORT));
    camel.setProperty("camel.management.healthCheckEnabled", "true");
    camel.setProperty("camel.health.routesEnabled", "false");
    camel.setProperty("camel.health.consumersEnabled", "false");
    camel.setProperty("camel.management.metricsEnabled", "true");
    camel.setProperty("camel.management.devConsoleEnabled", "true");
    camel.setProperty("camel.main.devConsoleEnabled", "true");
    camel.setProperty("camel.metrics.enabled", "true");
    camel.setProperty("camel.metrics.binders", "jvm-memory,jvm-gc,jvm-thread,processor,uptime");
    camel.setProperty("camel.metrics.enableRoutePolicy", "false");
    camel.setProperty("camel.metrics.enableMessageHistory", "false");
    camel.setProperty("camel.metrics.enableExchangeEventNotifier", "false");
    camel.putAll(settings.asProperties());
    return camel;
  }

  /** Does something once the services run and the routes do not yet. */
  private static final class BeforeRoutes extends EventNotifierSupport {
    private final Consumer<CamelContext> action;

    BeforeRoutes(Consumer<CamelContext> action) {
      this.action = action;
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
      return event instanceof CamelEvent.CamelContextRoutesStartingEvent;
    }

    @Override
    public void notify(CamelEvent event) {
      action.accept(((CamelEvent.CamelContextEvent) event).getContext());
    }
  }
}
