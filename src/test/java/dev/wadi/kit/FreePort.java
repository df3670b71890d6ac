package dev.wadi.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port that nobody uses at the moment.
 *
 * <p>It lies below those that systems give to clients: a process that is killed in a test finds its
 * port free when it starts again. None is given twice, and the test processes that run at a time
 * have ports of their own.
 */
public final class FreePort {

  private static final int LOWEST = 10_000;
  private static final int HIGHEST = 32_000;

  private static final int TEST_PROCESSES = 2;
  private static final int OWN = Integer.getInteger("wadi.test-process", 1) % TEST_PROCESSES;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePort() {}

  public static int next() {
    int place =
        ThreadLocalRandom.current().nextInt(LOWEST / TEST_PROCESSES, HIGHEST / TEST_PROCESSES);
    int port = place * TEST_PROCESSES + OWN;
    return isFree(port) && GIVEN.add(port) ? port : next();
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
