import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Processor time, in seconds. */
final class Cpu {

  private Cpu() {}

  static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  /** What each process below the given one has used. */
  static Map<Long, Double> ofDescendants(long parent) {
    var cpu = new LinkedHashMap<Long, Double>();
    ProcessHandle.of(parent)
        .ifPresent(
            process ->
                process.descendants().forEach(child -> cpu.put(child.pid(), seconds(child))));
    return cpu;
  }

  /** By the processes that still run: Postgres's own and those of connections that are open. */
  static double ofDescendantsSince(long parent, Map<Long, Double> before) {
    double total = 0;
    for (var now : ofDescendants(parent).entrySet()) {
      total += now.getValue() - before.getOrDefault(now.getKey(), 0.0);
    }
    return total;
  }
}
