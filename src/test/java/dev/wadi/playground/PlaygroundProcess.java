package dev.wadi.playground;

import java.nio.file.Path;

/** A process of its own that runs a playground until it is killed. */
public final class PlaygroundProcess {

  static final String STARTED = "started";

  private PlaygroundProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    var settings =
        new PlaygroundSettings(Path.of(arguments[0]), Integer.parseInt(arguments[1]), false);
    var server = PlaygroundServer.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    System.out.println(STARTED + " " + server.processId());
    Thread.currentThread().join();
  }
}
