package dev.wadi.kit;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A request whose caller hangs up, most often before it is answered. */
public final class HangingCall implements AutoCloseable {

  private final Socket socket;

  private HangingCall(Socket socket) {
    this.socket = socket;
  }

  /** Sends the request; does not read what is answered. */
  public static HangingCall get(ApiClient api, String path) throws IOException {
    var url = URI.create(api.url());
    var socket = new Socket(url.getHost(), url.getPort());
    var request =
        "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(path, url.getHost(), api.token());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new HangingCall(socket);
  }

  /** Hangs up; what was answered before Wadi noticed can still be read. */
  public void hangUp() throws IOException {
    socket.shutdownOutput();
  }

  /** What was answered until the end. */
  public String rest() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
