package dev.wadi.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.ProcessorDefinition;

/** What a route does, step by step, as far as it is fit to be shown: no parameters of endpoints. */
final class RouteSteps {

  private static final int MAX_LABEL = 160;

  private RouteSteps() {}

  /** Its steps, each with the steps inside it. */
  static List<Map<String, Object>> of(ProcessorDefinition<?> parent) {
    return parent.getOutputs().stream().map(RouteSteps::shown).toList();
  }

  private static Map<String, Object> shown(ProcessorDefinition<?> step) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("kind", step.getShortName());
    shown.put("label", label(step));
    shown.put("steps", of(step));
    return shown;
  }

  private static String label(ProcessorDefinition<?> step) {
    if (step instanceof EndpointRequiredDefinition to) {
      return shortened(to.getEndpointUri());
    }
    var label = step.getLabel().replaceFirst("^" + step.getShortName() + "\\[(.*)]$", "$1");
    return label.length() > MAX_LABEL ? label.substring(0, MAX_LABEL) + " …" : label;
  }

  /** An endpoint without its parameters, among which there may be secrets. */
  static String shortened(String uri) {
    return uri.replaceFirst("\\?.*", "").replaceFirst("^([a-z0-9-]+)://", "$1:");
  }
}
