package dev.wadi.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands between Wadi and Postgres and can behave like a host that vanished: connections stay open
 * and nothing comes any more, no end either.
 */
public final class SilentProxy implements AutoCloseable {

  private final ServerSocket door;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile AtomicBoolean silent = new AtomicBoolean();

  private SilentProxy(ServerSocket door, int target) {
    this.door = door;
    this.target = target;
  }

  /** Forwards to a port of this machine. */
  public static SilentProxy to(int port) throws IOException {
    var proxy = new SilentProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
    proxy.start("silent-proxy", proxy::accept);
    return proxy;
  }

  public int port() {
    return door.getLocalPort();
  }

  /** From now on connections, new ones included, lead nowhere. */
  public void fallSilent() {
    silent.set(true);
  }

  /** New connections are forwarded again; those from before stay dead. */
  public void forwardAgain() {
    silent = new AtomicBoolean();
  }

  private void accept() throws IOException {
    while (true) {
      var client = door.accept();
      var server = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.addAll(List.of(client, server));
      var dead = silent;
      start("silent-proxy-up", () -> forward(client, server, dead));
      start("silent-proxy-down", () -> forward(server, client, dead));
    }
  }

  private static void forward(Socket from, Socket to, AtomicBoolean dead) throws IOException {
    var buffer = new byte[16_384];
    int count = from.getInputStream().read(buffer);
    while (count >= 0) {
      if (!dead.get()) {
        to.getOutputStream().write(buffer, 0, count);
      }
      count = from.getInputStream().read(buffer);
    }
    if (!dead.get()) {
      to.close();
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void start(String name, Work work) {
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One side has hung up, or the test is over.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      door.close();
      for (var socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
