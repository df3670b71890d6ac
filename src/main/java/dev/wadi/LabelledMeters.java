package dev.wadi;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Meters with one label, which come and go with what they tell about. */
final class LabelledMeters {

  /** Names beyond that are left out: every label value costs memory here and in Prometheus. */
  static final int MOST = 100;

  private final MeterRegistry registry;
  private final String label;
  private final List<Function<String, Meter>> kinds = new ArrayList<>();
  private final Map<String, List<Meter>> byName = new HashMap<>();

  LabelledMeters(MeterRegistry registry, String label) {
    this.registry = registry;
    this.label = label;
  }

  /**
   * Adds a gauge for each name.
   *
   * @param unit {@code bytes}, {@code seconds} or empty
   */
  LabelledMeters gauge(
      String meter, String description, String unit, ToDoubleFunction<String> value) {
    kinds.add(
        name ->
            Gauge.builder(meter, () -> value.applyAsDouble(name))
                .description(description)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tag(label, name)
                .strongReference(true)
                .register(registry));
    return this;
  }

  /** Adds a counter for each name. */
  LabelledMeters counter(String meter, String description, ToDoubleFunction<String> value) {
    kinds.add(
        name ->
            FunctionCounter.builder(meter, name, value)
                .description(description)
                .tag(label, name)
                .register(registry));
    return this;
  }

  /** Tells about these names from here on, the first hundred of them, and about no other. */
  synchronized void show(Collection<String> names) {
    var shown = names.stream().sorted().limit(MOST).collect(Collectors.toSet());
    byName.entrySet().removeIf(each -> !shown.contains(each.getKey()) && removed(each.getValue()));
    shown.forEach(name -> byName.computeIfAbsent(name, this::registered));
  }

  private List<Meter> registered(String name) {
    return kinds.stream().map(kind -> kind.apply(name)).toList();
  }

  private boolean removed(List<Meter> meters) {
    meters.forEach(registry::remove);
    return true;
  }
}
