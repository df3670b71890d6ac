package dev.wadi.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on loopback that answers byte by byte what a test says. */
public final class TestReceiver implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One request as it came. */
  public record Request(String path, Map<String, String> headers, String body) {

    public String header(String name) {
      return headers.get(name);
    }

    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public List<Long> seqs() {
      return json().path("data").findValues("seq").stream().map(JsonNode::asLong).toList();
    }
  }

  /** What is written back. */
  public interface Answer {
    void write(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  /** Thrown by an answer to cut the connection so that the client gets a reset. */
  public static final class Reset extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile Answer answer;

  public TestReceiver(Answer answer) {
    this.answer = answer;
    try {
      server = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Answers a status and nothing else. */
  public static Answer status(int status, String... headers) {
    return reply(status, "", headers);
  }

  /** Answers a status with a body. */
  public static Answer reply(int status, String body, String... headers) {
    return (request, out) -> write(out, status, body, headers);
  }

  public static void write(OutputStream out, int status, String body, String... headers)
      throws IOException {
    var text = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
    for (var header : headers) {
      text.append(header).append("\r\n");
    }
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    text.append("content-length: ").append(bytes.length).append("\r\n\r\n");
    out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.flush();
  }

  public void answer(Answer changed) {
    answer = changed;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/hook";
  }

  public int port() {
    return server.getLocalPort();
  }

  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
    for (var socket : List.copyOf(sockets)) {
      socket.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try {
      var in = socket.getInputStream();
      var out = socket.getOutputStream();
      for (var request = read(in); request != null; request = read(in)) {
        requests.add(request);
        answer.write(request, out);
      }
      socket.close();
    } catch (Reset e) {
      reset(socket);
    } catch (IOException e) {
      close(socket);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close(socket);
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
    }
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The client hung up, or the test is over.
    }
  }

  private static Request read(InputStream in) throws IOException {
    var first = line(in);
    if (first.isEmpty()) {
      return null;
    }
    var headers = new TreeMap<String, String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    var body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Request(first.split(" ")[1], headers, body);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int each = in.read(); each >= 0 && each != '\n'; each = in.read()) {
      if (each != '\r') {
        line.write(each);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }
}
