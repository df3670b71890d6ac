package dev.wadi.playground;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The process that serves a data directory, found through the {@code postmaster.pid} it writes
 * there. A process id outlives its process in that file and may by now be a stranger's, so nothing
 * counts as a postmaster that does not run {@code postgres -D} with the directory in the file.
 */
record Postmaster(ProcessHandle process, Path dataDirectory) {

  private static final String PID_FILE = "postmaster.pid";
  private static final int POLL_MS = 20;

  /**
   * The postmaster of these data if there is one. A {@code postmaster.pid} that a machine's crash
   * has left is removed where Postgres would trip over it.
   *
   * @throws PlaygroundException if the data were moved or copied under a running postmaster
   */
  static Optional<Postmaster> serving(Path dataDirectory) throws IOException {
    var pidFile = dataDirectory.resolve(PID_FILE);
    var lines = lines(pidFile);
    var process = process(lines);
    boolean alive = process.isPresent() && serves(process.get(), lines.get(1));
    if (!alive) {
      // Postgres refuses an empty file, and takes any living process of this id for a postmaster.
      boolean trap = lines.size() < 2 || process.isPresent();
      if (trap) {
        Files.deleteIfExists(pidFile);
      }
      return Optional.empty();
    }
    requireNotMoved(dataDirectory, lines.get(1), process.get());
    return Optional.of(new Postmaster(process.get(), dataDirectory));
  }

  long processId() {
    return process.pid();
  }

  /**
   * Whether it still serves the data. Its life alone does not tell: in a container without an init
   * process an ended postmaster stays in the process table.
   */
  boolean isRunning() {
    return Files.exists(dataDirectory.resolve(PID_FILE))
        && serves(process, dataDirectory.toString());
  }

  boolean endsWithin(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (isRunning()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlaygroundException("interrupted", e);
    }
  }

  private static Optional<ProcessHandle> process(List<String> lines) {
    if (lines.size() < 2) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(lines.get(0).strip()));
  }

  private static boolean serves(ProcessHandle process, String dataDirectory) {
    boolean postgres =
        process.info().command().filter(command -> command.endsWith("/postgres")).isPresent();
    var arguments = Arrays.asList(process.info().arguments().orElse(new String[0]));
    int option = arguments.indexOf("-D");
    boolean hasDirectory = option >= 0 && option + 1 < arguments.size();
    return postgres && hasDirectory && arguments.get(option + 1).equals(dataDirectory);
  }

  private static void requireNotMoved(
      Path dataDirectory, String servedDirectory, ProcessHandle process) {
    if (!servedDirectory.equals(dataDirectory.toString())) {
      throw new PlaygroundException(
          ("data directory '%s' was moved or copied from '%s' while Postgres (process %d) was"
                  + " serving it; stop that process first")
              .formatted(dataDirectory, servedDirectory, process.pid()));
    }
  }

  private static List<String> lines(Path pidFile) throws IOException {
    try {
      return Files.readAllLines(pidFile);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
