package dev.wadi.playground;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs the programs that come with Postgres, free of the user's {@code PG...} variables. */
final class ServerCommand {

  private ServerCommand() {}

  /**
   * Waits for the program's end.
   *
   * @throws PlaygroundException if it fails; what it printed is the message
   */
  static void run(List<String> words, Path workingDirectory) throws IOException {
    var process = builder(words).directory(workingDirectory.toFile()).start();
    var output = output(process);
    if (await(process) != 0) {
      throw new PlaygroundException(output.strip());
    }
  }

  static int exitCode(List<String> words) throws IOException {
    var process = builder(words).start();
    output(process);
    return await(process);
  }

  private static ProcessBuilder builder(List<String> words) {
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private static String output(Process process) throws IOException {
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlaygroundException("interrupted", e);
    }
  }
}
