package dev.wadi.playground;

import java.io.IOException;

/** Sees to it that a start which fails, or which a signal ends, leaves no Postgres behind. */
final class StartGuard implements AutoCloseable {

  private final Cluster cluster;
  private final Thread hook;
  private boolean released;

  StartGuard(Cluster cluster) {
    this.cluster = cluster;
    this.hook = new Thread(this::stopOnExit, "playground-start-guard");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * The start has succeeded; from here on the server's owner stops it.
   *
   * @throws PlaygroundException if this process is about to end
   */
  void release() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      released = true;
    } catch (IllegalStateException e) {
      throw new PlaygroundException("stopped while it was starting", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (!released) {
      cluster.stop();
      removeHook();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends and the hook runs; it finds nothing to stop.
    }
  }

  private void stopOnExit() {
    try {
      cluster.stop();
    } catch (IOException | PlaygroundException e) {
      System.err.println(e.getMessage());
    }
  }
}
