package dev.wadi.api;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a foreign web page makes a browser send to this machine.
 *
 * <p>A page at a name of its own can have that name lead to 127.0.0.1 and would then be of the same
 * origin as a Wadi that listens there. The browser still sends the name it went to as {@code Host}.
 * Beyond loopback any name may be right, and the token is a secret.
 */
public final class HostCheck implements Handler<RoutingContext> {

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|.+\\.localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");

  private final boolean isLoopback;
  private final String ownHost;

  /**
   * @param address what Wadi listens on
   * @param ownUrl where others reach it; its host is always right
   */
  public HostCheck(String address, String ownUrl) {
    this.isLoopback = isLoopback(address);
    this.ownHost = hostOf(ownUrl);
  }

  @Override
  public void handle(RoutingContext request) {
    var authority = request.request().authority();
    var host = authority == null ? null : authority.host();
    if (isLoopback && !isAllowed(host)) {
      ApiFront.end(
          request,
          new Problem(
              421,
              "This Wadi listens on loopback and is called localhost; to reach it by another name,"
                  + " set wadi.http.url"));
      return;
    }
    request.next();
  }

  /** HTTP/1.0 has no Host; no browser speaks it. */
  private boolean isAllowed(@Nullable String host) {
    return host == null || host.equalsIgnoreCase(ownHost) || isNameOfLoopback(host);
  }

  private static boolean isNameOfLoopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  /** Whether a URL's host is this machine by its name, whatever that leads to. */
  static boolean isOfLoopback(String url) {
    return isNameOfLoopback(hostOf(url));
  }

  /** Whether only this machine can reach an address; a name counts as what it leads to. */
  public static boolean isLoopback(String address) {
    try {
      return !address.isBlank() && InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Empty where there is none that could be told, as where Camel is to fill it in. */
  private static String hostOf(String url) {
    try {
      var host = new URI(url).getHost();
      return host == null ? "" : host;
    } catch (URISyntaxException e) {
      return "";
    }
  }
}
