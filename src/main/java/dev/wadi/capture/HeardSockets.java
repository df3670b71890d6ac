package dev.wadi.capture;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;

/**
 * Sockets that note when something came. The driver swallows the server's keep-alives, which are
 * all that comes from a server that is there and has nothing to tell.
 */
public final class HeardSockets extends SocketFactory {

  private static final String HEARD = "wadi.heard";

  private final AtomicLong heardNanos;

  /** The driver makes the factory by name, with the properties of its connection. */
  public HeardSockets(Properties connection) {
    heardNanos = (AtomicLong) connection.get(HEARD);
  }

  /**
   * Lets a connection with these properties use them.
   *
   * @return when something last came, as {@link System#nanoTime}
   */
  static AtomicLong in(Properties connection) {
    var heardNanos = new AtomicLong(System.nanoTime());
    connection.put(HEARD, heardNanos);
    connection.setProperty("socketFactory", HeardSockets.class.getName());
    return heardNanos;
  }

  /** The driver connects it by itself. */
  @Override
  public Socket createSocket() {
    return new HeardSocket(heardNanos);
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new IllegalStateException("a socket that is connected when made indicates a bug");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    return createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    return createSocket(host.getHostName(), port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    return createSocket(host, port);
  }

  private static final class HeardSocket extends Socket {

    private final AtomicLong heardNanos;

    HeardSocket(AtomicLong heardNanos) {
      this.heardNanos = heardNanos;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new HeardStream(super.getInputStream(), heardNanos);
    }
  }

  private static final class HeardStream extends FilterInputStream {

    private final AtomicLong heardNanos;

    HeardStream(InputStream in, AtomicLong heardNanos) {
      super(in);
      this.heardNanos = heardNanos;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      note(value >= 0);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      note(count > 0);
      return count;
    }

    /** That the other side will send nothing more is no sign of life. */
    private void note(boolean heard) {
      if (heard) {
        heardNanos.set(System.nanoTime());
      }
    }
  }
}
