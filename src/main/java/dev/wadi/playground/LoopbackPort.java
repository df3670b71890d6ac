package dev.wadi.playground;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;

/**
 * A TCP port on both loopback addresses. Postgres starts as soon as it gets one of the two; the
 * other one might then lead {@code localhost} to a stranger.
 */
final class LoopbackPort {

  private static final List<String> ADDRESSES = List.of("127.0.0.1", "::1");
  private static final int CONNECT_TIMEOUT_MS = 1_000;

  private LoopbackPort() {}

  static void requireFree(int port) {
    for (var address : ADDRESSES) {
      if (taken(address, port)) {
        throw new PlaygroundException(
            "port %d is in use by another program on %s; stop it ('lsof -i :%d' shows which) and start again"
                .formatted(port, address, port));
      }
    }
  }

  /**
   * Asks twice: BSDs let a program bind a loopback port that another one serves on all addresses.
   */
  private static boolean taken(String address, int port) {
    try {
      var endpoint = new InetSocketAddress(InetAddress.getByName(address), port);
      return answers(endpoint) || !bindable(endpoint);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean answers(InetSocketAddress endpoint) {
    try (var socket = new Socket()) {
      socket.connect(endpoint, CONNECT_TIMEOUT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean bindable(InetSocketAddress endpoint) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(endpoint);
      return true;
    } catch (IOException e) {
      boolean noSuchAddress = !hasAddress(endpoint);
      return noSuchAddress;
    }
  }

  /** False on a machine without IPv6. */
  private static boolean hasAddress(InetSocketAddress endpoint) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(endpoint.getAddress(), 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
