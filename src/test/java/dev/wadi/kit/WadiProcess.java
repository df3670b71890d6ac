package dev.wadi.kit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged Wadi as a process of its own. */
public final class WadiProcess implements AutoCloseable {

  private static final Path JAR = Path.of("target", "wadi.jar").toAbsolutePath();

  /** What {@code ./wadi warm-up} keeps for Java 17; Java leaves it alone where it does not fit. */
  private static final Path ARCHIVE = Path.of("target", "wadi-17.jsa").toAbsolutePath();

  private static final Duration START_LIMIT = Duration.ofSeconds(180);

  private final Map<String, String> environment;
  private final Process process;
  private final Path output;

  private WadiProcess(Map<String, String> environment, Process process, Path output) {
    this.environment = environment;
    this.process = process;
    this.output = output;
  }

  /**
   * Starts {@code java -jar target/wadi.jar run}; does not wait for anything.
   *
   * @param folder working directory; holds the output
   */
  public static WadiProcess start(Path folder, Map<String, String> environment) throws IOException {
    return start(folder, environment, "-Xmx1g");
  }

  /**
   * The same with an option for Java, such as the size of its heap; it ends when that is too small.
   */
  public static WadiProcess start(Path folder, Map<String, String> environment, String javaOption)
      throws IOException {
    var output = Files.createTempFile(folder, "wadi-", ".log");
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder =
        new ProcessBuilder(
                java,
                "-Duser.timezone=UTC",
                "-XX:+ExitOnOutOfMemoryError",
                javaOption,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:SharedArchiveFile=" + ARCHIVE,
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off",
                "-jar",
                JAR.toString(),
                "run")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new WadiProcess(environment, builder.start(), output);
  }

  /** Returns when changes flow. */
  public WadiProcess awaitStreaming() {
    await("Wadi streams")
        .atMost(START_LIMIT)
        .failFast("Wadi ended", this::requireAlive)
        .until(() -> health().streaming());
    return this;
  }

  public Health health() {
    return Health.of(environment);
  }

  /**
   * @throws IllegalStateException with its output, if it has ended
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Wadi ended: " + output());
    }
  }

  /** Everything it has written to its console. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The last of it. */
  String lastLines(int most) {
    var lines = output().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - most), lines.size()));
  }

  /** kill -9. */
  public void killNine() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** SIGSTOP: it keeps its connections and does nothing with them. */
  public void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    signal("CONT");
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("no signal " + name, e);
    }
  }

  /**
   * Whether it ends by itself.
   *
   * @return its exit code; -1 if it has not ended in time
   */
  public int exitCodeWithin(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
  }

  @Override
  public void close() {
    killNine();
  }

  private void awaitEnd() {
    await("Wadi's process ends").until(() -> !process.isAlive());
  }
}
