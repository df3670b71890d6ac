import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures by name, each measured once or in several runs; the median counts. */
final class Report {

  private final String bench;
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();
  private final Map<String, String> conditions = new LinkedHashMap<>();

  Report(String bench) {
    this.bench = bench;
  }

  /** Adds one run's value of a figure. */
  void add(String figure, double value) {
    figures.computeIfAbsent(figure, name -> new ArrayList<>()).add(rounded(value));
  }

  void condition(String name, Object value) {
    conditions.put(name, value.toString());
  }

  double median(String figure) {
    return median(figures.getOrDefault(figure, List.of()));
  }

  static double median(List<Double> values) {
    return percentile(values, 50);
  }

  /** The smallest value that so many percent of the values do not exceed; 0 if there are none. */
  static double percentile(List<Double> values, int percent) {
    if (values.isEmpty()) {
      return 0;
    }
    var sorted = values.stream().sorted().toList();
    int place = (int) Math.ceil(sorted.size() * percent / 100.0) - 1;
    return sorted.get(Math.max(place, 0));
  }

  /** Prints the medians as a table and writes all values as JSON. */
  void conclude() throws IOException {
    condition("load_average", loadAverage());
    condition("processors", Runtime.getRuntime().availableProcessors());
    condition("java", System.getProperty("java.version"));
    figures.forEach(
        (name, values) ->
            System.out.printf(
                Locale.ROOT, "%-52s %12s  %s%n", name, median(values), spread(values)));
    conditions.forEach((name, value) -> System.out.printf("%-52s %12s%n", name, value));
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
    var file = Path.of("bench", "results", bench + "-" + now + ".json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, json());
    note("written to " + file);
  }

  private static String spread(List<Double> values) {
    return values.size() < 2 ? "" : values.toString();
  }

  private String json() {
    var lines = new ArrayList<String>();
    conditions.forEach((name, value) -> lines.add("  \"" + name + "\": \"" + value + "\""));
    figures.forEach(
        (name, values) ->
            lines.add(
                "  \""
                    + name
                    + "\": {\"median\": "
                    + median(values)
                    + ", \"runs\": "
                    + values
                    + "}"));
    return "{\n" + String.join(",\n", lines) + "\n}\n";
  }

  static double loadAverage() {
    return rounded(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  static double rounded(double value) {
    return Math.abs(value) >= 1_000 ? Math.round(value) : Math.round(value * 1_000) / 1e3;
  }

  static void note(String text) {
    System.err.printf(Locale.ROOT, "bench: %s%n", text);
  }
}
