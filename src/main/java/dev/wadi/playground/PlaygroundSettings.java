package dev.wadi.playground;

import java.nio.file.Path;

/**
 * Where a playground lives.
 *
 * @param dataDirectory the data; its log, its lock and the Postgres programs are kept beside it
 * @param port TCP port on loopback
 * @param reset whether to delete the data first
 */
public record PlaygroundSettings(Path dataDirectory, int port, boolean reset) {

  public static final int DEFAULT_PORT = 7377;
  public static final Path DEFAULT_DATA_DIRECTORY = Path.of(".wadi", "playground");

  private static final int MAX_PORT = 65_535;

  public PlaygroundSettings {
    if (port < 1 || port > MAX_PORT) {
      throw new PlaygroundException(
          "port must be between 1 and " + MAX_PORT + " (got " + port + ")");
    }
  }

  /** The playground of a working directory, its data kept. */
  public static PlaygroundSettings below(Path workingDirectory) {
    return new PlaygroundSettings(
        workingDirectory.resolve(DEFAULT_DATA_DIRECTORY), DEFAULT_PORT, false);
  }
}
