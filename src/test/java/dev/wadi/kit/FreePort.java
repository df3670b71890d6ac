package dev.wadi.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port that nobody uses at the moment.
 *
 * <p>It lies below those that systems give to clients: a process that is killed in a test finds its
 * port free when it starts again.
 */
public final class FreePort {

  private static final int LOWEST = 10_000;
  private static final int HIGHEST = 32_000;

  private FreePort() {}

  public static int next() {
    int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
    return isFree(port) ? port : next();
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
