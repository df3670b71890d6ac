package dev.wadi.api;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.api.management.ManagedCamelContext;
import org.apache.camel.api.management.mbean.ManagedRouteMBean;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;

/** The API's Camel routes: what runs inside this Wadi, and how it does. */
public final class RouteApi {

  private static final String API = "api-errors";
  private static final String REST = "Hands each request of the API to the route of its operation.";

  /** Without the last a revoked token would go on letting in, and a new one would not begin to. */
  private static final Set<String> OWN =
      Set.of("console-page", "console-files", "console-file", "health", "refresh-tokens");

  private final String version;
  private volatile @Nullable CamelContext camel;

  /**
   * @param version what this Wadi says of itself
   */
  public RouteApi(String version) {
    this.version = version;
  }

  /** Tells whose routes are meant; until then there are none to show. */
  public void meet(CamelContext context) {
    camel = context;
  }

  /** Every route by name. */
  public Map<String, Object> list(ApiRequest request) {
    request.allow();
    var routes =
        model().getRouteDefinitions().stream()
            .sorted(Comparator.comparing(RouteDefinition::getId))
            .map(this::shown)
            .toList();
    return Map.of("data", routes);
  }

  /** One route with its steps. */
  public Map<String, @Nullable Object> show(ApiRequest request) {
    var route = route(request);
    var shown = shown(route);
    shown.put("note", route.getNote());
    shown.put("steps", RouteSteps.of(route));
    return shown;
  }

  /** Starts a route; harmless if it runs. */
  public Map<String, @Nullable Object> start(ApiRequest request) throws Exception {
    model().getRouteController().startRoute(stoppable(request).getId());
    return show(request);
  }

  /** Stops a route; harmless if it does not run. */
  public Map<String, @Nullable Object> stop(ApiRequest request) throws Exception {
    model().getRouteController().stopRoute(stoppable(request).getId());
    return show(request);
  }

  /** The versions that run. */
  public Map<String, Object> version(ApiRequest request) {
    request.allow();
    return Map.of(
        "wadi", version, "camel", model().getVersion(), "java", Runtime.version().toString());
  }

  private RouteDefinition stoppable(ApiRequest request) {
    var route = route(request);
    if (isOfFile(route)) {
      throw new Problem(
          409,
          "Route '"
              + route.getId()
              + "' is a pipeline's or a webhook's: nothing may pass it by; pause the pipeline or the webhook");
    }
    if (isOwn(route)) {
      throw new Problem(
          409,
          "Route '"
              + route.getId()
              + "' serves API and console, or says who is let in; stop Wadi instead");
    }
    return route;
  }

  private static boolean isStoppable(RouteDefinition route) {
    return !isOfFile(route) && !isOwn(route);
  }

  /** A route of a pipeline or of a webhook's file, or one that their kamelets made. */
  private static boolean isOfFile(RouteDefinition route) {
    var source = route.getInput().getEndpointUri();
    return source.startsWith("kamelet:") || source.startsWith("changes:") || isKamelet(route);
  }

  private static boolean isKamelet(RouteDefinition route) {
    return Boolean.TRUE.equals(route.isKamelet());
  }

  private static boolean isRest(RouteDefinition route) {
    return Boolean.TRUE.equals(route.isRest());
  }

  private static boolean isOwn(RouteDefinition route) {
    return API.equals(route.getRouteConfigurationId())
        || OWN.contains(route.getId())
        || isRest(route);
  }

  private Map<String, @Nullable Object> shown(RouteDefinition route) {
    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("name", route.getId());
    shown.put("description", isRest(route) ? REST : route.getDescriptionText());
    shown.put("from", from(route));
    shown.put("state", state(route.getId()));
    shown.put("serves", isOwn(route));
    shown.put("stoppable", isStoppable(route));
    addStatistics(shown, route.getId());
    return shown;
  }

  private void addStatistics(Map<String, @Nullable Object> shown, String id) {
    var managed = statistics(id);
    if (managed == null) {
      return;
    }
    try {
      shown.put("exchanges", managed.getExchangesTotal());
      shown.put("failures", managed.getExchangesFailed());
      shown.put("in_flight", managed.getExchangesInflight());
      shown.put("mean_ms", Math.max(0, managed.getMeanProcessingTime()));
      shown.put("max_ms", Math.max(0, managed.getMaxProcessingTime()));
    } catch (Exception e) {
      throw new IllegalStateException("route '" + id + "': tells no statistics", e);
    }
  }

  private @Nullable ManagedRouteMBean statistics(String id) {
    return model()
        .getCamelContextExtension()
        .getContextPlugin(ManagedCamelContext.class)
        .getManagedRoute(id);
  }

  private String from(RouteDefinition route) {
    var running = model().getRoute(route.getId());
    return RouteSteps.shortened(
        running == null
            ? route.getInput().getEndpointUri()
            : running.getEndpoint().getEndpointUri());
  }

  private String state(String id) {
    ServiceStatus status = model().getRouteController().getRouteStatus(id);
    return status == null ? "stopped" : status.name().toLowerCase(Locale.ROOT);
  }

  private RouteDefinition route(ApiRequest request) {
    return model().getRouteDefinitions().stream()
        .filter(route -> request.name().equals(route.getId()))
        .findFirst()
        .orElseThrow(() -> Problem.notFound("route", request.name()));
  }

  private ModelCamelContext model() {
    if (camel instanceof ModelCamelContext model) {
      return model;
    }
    throw new Problem(503, "Wadi is starting; try again");
  }
}
