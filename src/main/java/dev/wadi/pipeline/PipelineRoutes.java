package dev.wadi.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/** The Camel routes of route files: a file's own and those that its kamelets made. */
public final class PipelineRoutes {

  private static final long STOP_TIMEOUT_SECONDS = 5;

  private final CamelContext context;

  public PipelineRoutes(CamelContext context) {
    this.context = context;
  }

  /** Whether a route of that id exists. */
  public boolean exists(String id) {
    return context.getRoute(id) != null || definition(id) != null;
  }

  /** A text with the placeholders of this Camel filled in. */
  public String resolved(String text) {
    return text.contains("{{") ? context.resolvePropertyPlaceholders(text) : text;
  }

  /**
   * Starts a file's route in place of the one that runs, if one does.
   *
   * @param text as {@link PipelineFile#forCamel} gives it
   * @throws Exception if it cannot be started; then none runs
   */
  public void replace(String name, String text) throws Exception {
    remove(name);
    try {
      load(name, text);
    } catch (Exception e) {
      remove(name);
      throw e;
    }
  }

  /** Stops a route that is to be removed; what is inside has a few seconds to end. */
  public void stop(String id) throws Exception {
    if (context.getRoute(id) != null) {
      context.getRouteController().stopRoute(id, STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Stops a file's routes and leaves nothing of them. */
  public void remove(String name) throws Exception {
    for (var id : withKamelets(name)) {
      var route = context.getRoute(id);
      if (route != null) {
        stop(id);
        context.removeRoute(id);
      }
      var definition = definition(id);
      if (definition != null) {
        model().removeRouteDefinition(definition);
      }
    }
  }

  private void load(String name, String text) throws Exception {
    var resource = ResourceHelper.fromString(name + ".camel.yaml", text);
    PluginHelper.getRoutesLoader(context).loadRoutes(resource);
    var route = context.getRoute(name);
    if (route == null || !context.getRouteController().getRouteStatus(name).isStarted()) {
      throw new IllegalStateException(
          "route was not started; take autoStartup and precondition out");
    }
  }

  /** A route and, before it, those that it and they made of kamelets. */
  private List<String> withKamelets(String name) {
    var all = new ArrayList<String>();
    var parents = new ArrayDeque<>(List.of(name));
    while (!parents.isEmpty()) {
      var parent = parents.poll();
      all.add(0, parent);
      for (var definition : model().getRouteDefinitions()) {
        var parameters = definition.getTemplateParameters();
        if (parameters != null && parent.equals(parameters.get("parentRouteId"))) {
          parents.add(definition.getId());
        }
      }
    }
    return all;
  }

  private @Nullable RouteDefinition definition(String id) {
    return model().getRouteDefinitions().stream()
        .filter(definition -> id.equals(definition.getId()))
        .findFirst()
        .orElse(null);
  }

  private ModelCamelContext model() {
    return (ModelCamelContext) context;
  }
}
