package dev.wadi.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The console's own files, all of them in memory; nothing else can be asked for.
 *
 * <p>Which they are is told by {@code console/files.txt}, so no path that a caller makes up is ever
 * looked for, neither on disk nor on the class path.
 */
public final class Console {

  private static final String FOLDER = "/console/";
  private static final String LIST = "files.txt";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, ConsoleFile> files = new HashMap<>();

  public Console() {
    for (var name : new String(read(LIST), StandardCharsets.UTF_8).strip().split("\n")) {
      files.put(FOLDER + name, file(name));
    }
    files.put("/", file("index.html"));
  }

  /** Answers the file that a path names, its headers included; 404 if it is none of them. */
  public void answer(Exchange exchange) {
    var message = exchange.getMessage();
    var file = files.get(message.getHeader(Exchange.HTTP_PATH, "", String.class));
    var known = message.getHeader("If-None-Match", String.class);
    message.removeHeaders("*");
    if (file == null) {
      end(exchange, 404, null);
    } else if (file.etag().equals(known)) {
      end(exchange, 304, null);
    } else {
      message.setHeader(Exchange.CONTENT_TYPE, file.type());
      message.setHeader("ETag", file.etag());
      end(exchange, 200, file.bytes());
    }
  }

  private static void end(Exchange exchange, int status, byte @Nullable [] body) {
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    exchange.getMessage().setBody(body);
  }

  private static ConsoleFile file(String name) {
    byte[] bytes = read(name);
    var type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalStateException("console file '" + name + "': its type is not known");
    }
    return new ConsoleFile(bytes, type, etag(bytes));
  }

  private static byte[] read(String name) {
    try (InputStream resource = Console.class.getResourceAsStream(FOLDER + name)) {
      if (resource == null) {
        throw new IllegalStateException("console file '" + name + "': is missing in the jar");
      }
      return resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("console file '" + name + "': cannot be read", e);
    }
  }

  private static String etag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(hash, 0, 8) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
