package dev.wadi;

import static org.awaitility.Awaitility.await;

import dev.wadi.kit.Health;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/** A Wadi that runs inside the test's own process. */
public final class WadiInside implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(180);

  private final Map<String, String> environment;
  private final Main main;
  private final CompletableFuture<Void> run;

  private WadiInside(Map<String, String> environment, Main main, CompletableFuture<Void> run) {
    this.environment = environment;
    this.main = main;
    this.run = run;
  }

  /** Starts as {@code wadi run} does; does not wait for changes to flow. */
  public static WadiInside start(Map<String, String> environment) {
    return start(Path.of("target"), environment);
  }

  /** The same with the {@code application.properties} of a folder. */
  public static WadiInside start(Path folder, Map<String, String> environment) {
    var settings = Settings.load(folder, environment);
    var wiring = new Wiring(settings, file -> false);
    var main = new WadiServer(settings, file -> false).main(wiring);
    return new WadiInside(environment, main, CompletableFuture.runAsync(() -> run(main, wiring)));
  }

  /** Returns when changes flow. */
  public WadiInside awaitStreaming() {
    await("Wadi streams").atMost(START_LIMIT).until(this::health, Health::streaming);
    return this;
  }

  /** Returns when it says that it waits. */
  public Health awaitWaiting() {
    return await("Wadi waits").atMost(START_LIMIT).until(this::health, Health::waiting);
  }

  /** Returns when it leaves capturing to another. */
  public WadiInside awaitStandingBy() {
    await("Wadi stands by").atMost(START_LIMIT).until(this::health, Health::standingBy);
    return this;
  }

  CamelContext camel() {
    return main.getCamelContext();
  }

  public Health health() {
    boolean failed = run.isCompletedExceptionally();
    if (failed) {
      run.join();
    }
    return Health.of(environment);
  }

  @Override
  public void close() {
    main.completed();
    run.join();
  }

  private static void run(Main main, Wiring wiring) {
    try (wiring) {
      wiring.prepareSchema();
      main.run();
    } catch (Exception e) {
      throw new IllegalStateException("Wadi ended", e);
    }
  }
}
